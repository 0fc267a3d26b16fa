import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { excerpt, onPath, run } from "../../../scripts/setup/processes.mjs";
import { program, type TestMachine, testMachine } from "./machines.ts";

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
});
afterEach(() => machine.remove());

describe("running programs", () => {
  test("what it prints on both outputs is kept for an error, standard output alone for use", async () => {
    const file = program(machine.bin, "it", "echo one; echo two >&2; exit 3");
    const outcome = await run(file, [], { env: machine.env });
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toBe("one\n");
    expect(outcome.excerpt.split("\n").sort()).toEqual(["one", "two"]);
  });

  test("one that outlives its limit is ended", async () => {
    const file = program(machine.bin, "it", "while :; do :; done");
    expect((await run(file, [], { env: machine.env, limitMs: 100 })).code).toBeUndefined();
  });

  test("one that cannot start is an outcome, not an exception", async () => {
    const outcome = await run(join(machine.bin, "absent"), [], { env: machine.env });
    expect(outcome).toMatchObject({ code: undefined, stdout: "" });
    expect(outcome.excerpt).toContain("ENOENT");
  });

  test("PATH is searched in its order, past files that cannot be run", () => {
    const first = join(machine.bin, "first");
    const path = ["", machine.bin, first].join(delimiter);
    const one = program(machine.bin, "it", "");
    const two = program(first, "it", "");
    expect(onPath("it", path)).toEqual([one, two]);
    expect(onPath("first", path)).toEqual([]);
    expect(onPath("it", undefined)).toEqual([]);
  });

  test("a long output is shown by its first and last lines", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const shown = excerpt(lines.join("\n\n")).split("\n");
    expect(shown.slice(0, 1)).toEqual(["line 0"]);
    expect(shown.slice(11, 14)).toEqual(["line 11", "…", "line 88"]);
    expect(shown.at(-1)).toBe("line 99");
    expect(excerpt("\nalone\n")).toBe("alone");
  });
});
