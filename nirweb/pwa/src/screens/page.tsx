import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { RoundButton } from "../design/button";
import { back } from "../features/router";

interface PageProps {
  title: string;
  /** Where "back" leads when the app was opened right here. Without it there is no way back to show. */
  home?: string;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A screen's head: its title takes the focus when one arrives, so that it is read first. */
export function Page({ title, home, lead, actions, children }: PageProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · NIRWeb`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <header class="page-head">
        <div class="page-top">
          {home !== undefined && (
            <RoundButton
              icon="back"
              label="Back"
              onPress={() => {
                back(home);
              }}
            />
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {actions}
        </div>
        {lead && <p class="soft">{lead}</p>}
      </header>
      {children}
    </>
  );
}
