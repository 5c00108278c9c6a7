import { expect, test } from "vitest";
import { readErrors } from "./allauth";

test("it puts each error under its field, in plain words", () => {
  const problem = readErrors(400, [
    { code: "email_taken", message: "A user is already registered with this email address.", param: "email" },
    { code: "password_too_short", message: "This password is too short.", param: "password" },
    { code: "password_too_common", message: "This password is too common.", param: "password" },
  ]);
  expect(problem.fields.email).toMatch(/account with this address already/);
  expect(problem.fields.password).toMatch(/longer/);
  expect(problem.message).toBe("");
});

test("it shows what belongs to no field above the form, also what it has no words for", () => {
  expect(readErrors(400, [{ code: "too_many_login_attempts", message: "x" }]).message).toMatch(/Wait five minutes/);
  expect(readErrors(400, [{ code: "never_heard", message: "As the server said." }]).message).toBe("As the server said.");
});
