import { expect, test } from "vitest";
import { ApiError, refusalOf } from "./errors";
import type { Problem } from "./types";

const problem = (code: string, field?: string) =>
  ({
    code,
    title: "The request is not valid: it names no host.",
    detail: "Correct it.",
    status: 422,
    field,
  }) as Problem;

test("what a request lacks stands at its field, without what is clear there", () => {
  expect(refusalOf(new ApiError(problem("ERR_REQUEST_INVALID", "webhook")), ["webhook"])).toEqual({
    at: { webhook: "it names no host." },
    rest: undefined,
  });
  const whole = "The request is not valid: it names no host. Correct it.";
  expect(refusalOf(new ApiError(problem("ERR_OTHER", "email[0]")), ["email"])).toEqual({
    at: { email: whole },
    rest: undefined,
  });
  expect(refusalOf(new ApiError(problem("ERR_REQUEST_INVALID")), ["email"])).toEqual({ at: {}, rest: whole });
  expect(refusalOf(null, ["email"])).toEqual({ at: {}, rest: undefined });
});
