import { expect, test } from "vitest";
import { outcomeOf, renderJson, renderText } from "../../../scripts/drift/render.ts";
import { drifted, failed, fine } from "./findings.ts";

/** Streams as `styleText` tells them apart. */
const terminal = { isTTY: true, hasColors: () => true, getColorDepth: () => 8 };
const file = { isTTY: false };
const on = (stream: object) => Object.assign(Object.create(process.stdout), stream);

const property = (path: string, declared?: string, actual?: string) => ({
  path,
  ...(declared !== undefined && { declared }),
  ...(actual !== undefined && { actual }),
  origin: "vendor" as const,
});

test("a table lines up, cuts what is long and names what is missing", () => {
  const finding = drifted(
    { name: "template", properties: [property("claims.aud", "convex", "x".repeat(100))] },
    { name: "endpoint", operation: "create" },
    { name: "old", operation: "delete", origin: "program" },
    { name: "renamed", operation: "replace", properties: [property("name", "a")] },
  );
  const [title, ...rows] = renderText([finding], on(file)).split("\n");
  expect(title).toBe("drifted: drift in 4 resources");
  expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
    ["resource", "property", "declared", "actual", "changed"],
    ["template", "claims.aud", "convex", `${"x".repeat(47)}…`, "at the vendor"],
    ["endpoint", "there", "missing", "at the vendor"],
    ["old", "absent", "there", "not applied yet"],
    ["renamed (to be replaced)", "name", "a", "(none)", "at the vendor"],
  ]);
  const column = rows[0]?.indexOf("changed");
  const starts = rows.slice(1).map((row) => row.search(/at the vendor|not applied yet/));
  expect(new Set(starts)).toEqual(new Set([column]));
});

test("colour is for terminals alone", () => {
  const findings = [fine, drifted({}), failed("other", "It failed. Mend it. [X]")];
  expect(renderText(findings, on(terminal))).toContain("\u001b[");
  expect(renderText(findings, on(file))).not.toContain("\u001b[");
});

test("control characters of a vendor reach no terminal", () => {
  const text = renderText(
    [
      drifted({
        properties: [property("a\u0007", "\u001b[31m\n::error::", "\u202eright to left")],
      }),
    ],
    on(file),
  );
  expect(text.split("\n")).toHaveLength(3);
  expect(text).toContain("a\\u0007");
  expect(text).toContain("\\u001b[31m\\u000a::error::");
  expect(text).toContain("\\u202eright to left");
});

test("an error comes before drift, and drift before nothing", () => {
  expect(outcomeOf([fine])).toBe("ok");
  expect(outcomeOf([fine, drifted({})])).toBe("drift");
  expect(outcomeOf([drifted({}), failed("unreachable", ""), fine])).toBe("unreachable");
  expect(outcomeOf([failed("unreachable", ""), failed("credentials", "")])).toBe("credentials");
  expect(outcomeOf([])).toBe("ok");
});

test("programs get the outcome, the exit code and every stack", () => {
  const findings = [drifted({}), failed("interrupted", "It is locked. Wait. [STACK_LOCKED]")];
  expect(JSON.parse(renderJson(findings))).toEqual({
    outcome: "interrupted",
    exitCode: 11,
    stacks: findings,
  });
});
