/** Letters and signs by their class, of which nothing is seen; as in sessions_app/names.py. */
const BLANK = /[\u115f\u1160\u2800\u3164\uffa0]/gu;

/** Whether anything of a name shows: a joiner, a space or a mark alone does not [M33]. */
export const isSeen = (name: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(name.replace(BLANK, ""));
