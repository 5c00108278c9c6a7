import type { JSX } from "preact";
import { Pick, Group } from "../../design/field";
import { EVERYWHERE, withAnswer, withOpened, type Draft, type Option, type Question } from "../../features/screening/questions";
import { listed } from "../../features/places";
import { Places } from "../parts/places";

interface QuestionProps {
  question: Question;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

const chosenOf = (question: Question, draft: Draft): string[] => {
  const answer = draft.answers[question.id];
  return Array.isArray(answer) ? answer : [];
};

function moreOf(option: Option): string {
  const names = option.names.length > 0 ? listed(option.names) : "";
  return [option.help, names && `Such as ${names}`].filter(Boolean).join(". ");
}

function Options({ question, draft, onChange }: QuestionProps): JSX.Element {
  const chosen = chosenOf(question, draft);
  return (
    <Group legend={question.words} hint={question.help}>
      {question.options?.map((option) => (
        <Pick
          key={option.id}
          label={option.words}
          more={moreOf(option)}
          checked={chosen.includes(option.id)}
          onPick={(on) => {
            onChange(withAnswer(question, draft, on ? [...chosen, option.id] : chosen.filter((id) => id !== option.id)));
          }}
        />
      ))}
    </Group>
  );
}

function Where({ question, draft, onChange }: QuestionProps): JSX.Element {
  const open = draft.opened.includes(question.id);
  return (
    <div class="stack question-where">
      <Pick
        label={question.words}
        more={question.help}
        checked={open}
        onPick={(on) => {
          onChange(withOpened(question, draft, on));
        }}
      />
      {open && (
        <div class="plate flat">
          <Places
            legend="Where?"
            chosen={chosenOf(question, draft)}
            onChange={(chosen) => {
              onChange(withAnswer(question, draft, chosen));
            }}
            {...(question.everywhere ? { extra: { id: EVERYWHERE, name: "Everywhere, or not sure" } } : {})}
          />
        </div>
      )}
    </div>
  );
}

/** One health question; what is not marked does not apply. */
export function QuestionPart(props: QuestionProps): JSX.Element {
  const { question, draft, onChange } = props;
  if (question.kind === "options") return <Options {...props} />;
  if (question.kind === "sites") return <Where {...props} />;
  return (
    <Pick
      label={question.words}
      more={question.help}
      checked={draft.answers[question.id] === true}
      onPick={(on) => {
        onChange(withAnswer(question, draft, on));
      }}
    />
  );
}
