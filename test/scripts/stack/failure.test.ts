import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, test } from "vitest";
import { VendorError } from "../../../infra/clients/vendor-error.ts";
import { ProblemError } from "../../../infra/errors.ts";
import { exitCodes, failureOf, kindOf, worst } from "../../../scripts/stack/failure.ts";

const diagnostic = (message: string, severity = "error") =>
  ({ diagnosticEvent: { severity, message } }) as EngineEvent;

test.each([
  ["CREDENTIAL_MISSING", "credentials"],
  ["CLERK_UNAUTHORIZED", "credentials"],
  ["CONVEX_FORBIDDEN", "credentials"],
  ["CLERK_INSTANCE_KIND", "credentials"],
  ["CLERK_WRONG_INSTANCE", "credentials"],
  ["CLERK_PUBLISHABLE_KEY_MISMATCH", "credentials"],
  ["CONVEX_KEY_FORMAT", "credentials"],
  ["CONVEX_WRONG_DEPLOYMENT", "credentials"],
  ["CONVEX_DEPLOYMENT_TYPE", "credentials"],
  ["SVIX_RATE_LIMITED", "unreachable"],
  ["CLERK_UNAVAILABLE", "unreachable"],
  ["CONVEX_UNREACHABLE", "unreachable"],
  ["CONVEX_TIMEOUT", "unreachable"],
  ["CLERK_MALFORMED", "unreachable"],
  ["BACKEND_UNREACHABLE", "unreachable"],
  ["CONVEX_BUNDLE_FAILED", "bundle"],
  ["CONVEX_DEPLOY_FAILED", "other"],
  ["STACK_LOCKED", "interrupted"],
  ["STACK_LOCK_UNREADABLE", "interrupted"],
  ["STACK_INTERRUPTED", "interrupted"],
  ["STACK_MISSING", "stackMissing"],
  ["PROJECT_MISSING", "usage"],
  ["CONFIG_VALUE", "other"],
  ["CLERK_NOT_FOUND", "other"],
])("%s is of the kind %s", (code, kind) => {
  expect(kindOf(`A problem. A remedy. [${code}]`)).toBe(kind);
});

test("a code in the middle of a message decides nothing", () => {
  expect(kindOf("The text said [CLERK_UNAUTHORIZED] somewhere. Mend it.")).toBe("other");
});

test("every error that a vendor can give has a kind", () => {
  const kindsOf = (["unauthorized", "forbidden", "rateLimited", "timeout"] as const).map(
    (kind) => failureOf(new VendorError("Clerk", "reading", kind)).kind,
  );
  expect(kindsOf).toEqual(["credentials", "credentials", "unreachable", "unreachable"]);
});

describe("a failure", () => {
  test("is told by what the engine reported, each reason once, and never by debug messages", () => {
    const failure = failureOf(new Error("code: 1 …"), [
      diagnostic("RegisterResource RPC finished: whsec_secret", "debug"),
      diagnostic("using a plugin from PATH", "warning"),
      diagnostic("Preview failed: Clerk is down.\n  Wait. [CLERK_UNAVAILABLE]\n"),
      diagnostic("Preview failed: Clerk is down.\n  Wait. [CLERK_UNAVAILABLE]\n"),
      diagnostic("preview failed"),
    ]);
    expect(failure).toEqual({
      kind: "unreachable",
      messages: ["Clerk is down. Wait. [CLERK_UNAVAILABLE]"],
    });
  });

  test("of several reasons is of the kind that stays until somebody acts", () => {
    const events = [
      diagnostic("Down. Wait. [CONVEX_UNREACHABLE]"),
      diagnostic("Refused. Check it. [CLERK_UNAUTHORIZED]"),
    ];
    expect(failureOf(new Error(), events)).toMatchObject({ kind: "credentials" });
    expect(failureOf(new Error(), events.toReversed())).toMatchObject({ kind: "credentials" });
  });

  test("without a reason of the engine's says what was thrown", () => {
    const problem = new ProblemError("It is locked", "Wait", "STACK_LOCKED");
    expect(failureOf(problem)).toEqual({ kind: "interrupted", messages: [problem.message] });
    expect(failureOf(new TypeError("x is not a function\n    at y"))).toMatchObject({
      kind: "other",
      messages: [expect.stringMatching(/x is not a function.*\[INTERNAL\]$/)],
    });
  });
});

test("each outcome has an exit code of its own, and they stay as documented", () => {
  expect(exitCodes).toEqual({
    ok: 0,
    other: 1,
    usage: 2,
    credentials: 3,
    stackMissing: 6,
    drift: 7,
    unreachable: 10,
    interrupted: 11,
    bundle: 12,
    remains: 13,
    expiring: 14,
  });
});

test("every error is worse than drift, and drift than nothing", () => {
  for (const outcome of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
    if (outcome === "ok") continue;
    expect(worst(["ok", outcome])).toBe(outcome);
    expect(worst([outcome, "drift"])).toBe(outcome);
  }
});
