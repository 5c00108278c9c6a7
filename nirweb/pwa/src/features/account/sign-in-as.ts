import { signal } from "@preact/signals";

/** The address of who is about to sign in, where the one before them has said so; it fills the form. */
export const signInAs = signal("");
