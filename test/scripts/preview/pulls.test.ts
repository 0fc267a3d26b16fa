import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pullsFromFile, pullsFromGitHub } from "../../../scripts/preview/pulls.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pulls-"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function listed(text: string) {
  const file = path.join(folder, "open.txt");
  await writeFile(file, text);
  return pullsFromFile(file);
}

describe("a file", () => {
  test.each([
    ["one a line", "12\n#13\npr-14\n\n docs \n"],
    ["JSON of numbers and names", '[12, "13", "pr-14", "docs"]'],
    ["JSON of pull requests", '[{"number":12},{"number":13},{"number":14},{"name":"docs"}]'],
  ])("says what is open, %s", async (_form, text) => {
    const pulls = await listed(text);
    expect(["pr-12", "pr-13", "pr-14", "docs"].map(pulls.isOpen)).toEqual(Array(4).fill(true));
    expect(["pr-1", "pr-120", "doc"].map(pulls.isOpen)).toEqual([false, false, false]);
    expect(pulls.keeps("pr-12")).toBe(false);
  });

  test("says what is closed or kept, as gh gives it", async () => {
    const pulls = await listed(
      JSON.stringify([
        { number: 1, state: "OPEN", labels: [] },
        { number: 2, state: "CLOSED", labels: [{ id: "x", name: "keep-preview" }] },
        { number: 3, state: "MERGED", labels: [{ name: "bug" }] },
      ]),
    );
    expect(["pr-1", "pr-2", "pr-3"].map(pulls.isOpen)).toEqual([true, false, false]);
    expect(["pr-1", "pr-2", "pr-3"].map(pulls.keeps)).toEqual([false, true, false]);
  });

  test("may say that none is open, in so many words", async () => {
    expect((await listed("[]")).isOpen("pr-1")).toBe(false);
  });

  test.each(["", " \n", "{}", "[null]", "[{}]", '[{"number":"1"}]', "[1"])(
    "that says nothing certain is refused: %j",
    async (text) => {
      await expect(listed(text)).rejects.toThrow("[USAGE]");
    },
  );

  test("that is missing is refused", async () => {
    await expect(pullsFromFile(path.join(folder, "none"))).rejects.toThrow("[USAGE]");
  });
});

describe("GitHub", () => {
  /** Stands in for the gh CLI: answers by the arguments, and notes them. */
  async function gh(script: string) {
    const program = path.join(folder, "gh");
    await writeFile(program, `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`);
    await chmod(program, 0o755);
    vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
    return async () => (await readFile(path.join(folder, "calls"), "utf8")).trim().split("\n");
  }

  test("is asked for open ones and for kept ones, and knows of pr-<number> alone", async () => {
    const calls = await gh(
      `case "$*" in *--label*) echo '[{"number":7,"state":"MERGED","labels":[{"name":"keep-preview"}]}]';; *) echo '[{"number":5,"state":"OPEN","labels":[]}]';; esac`,
    );
    const pulls = await pullsFromGitHub(folder);
    expect(["pr-5", "pr-7", "pr-9", "docs"].map(pulls.isOpen)).toEqual([
      true,
      false,
      false,
      undefined,
    ]);
    expect(["pr-5", "pr-7", "pr-9"].map(pulls.keeps)).toEqual([false, true, false]);
    const list = "pr list --json number,labels,state --limit 1000";
    expect((await calls()).sort()).toEqual([
      `${list} --state all --label keep-preview`,
      `${list} --state open`,
    ]);
  });

  test("that does not answer is no list without pull requests", async () => {
    await gh("echo 'HTTP 401: Bad credentials' >&2; exit 4");
    await expect(pullsFromGitHub(folder)).rejects.toMatchObject({
      code: "PULLS_UNAVAILABLE",
      message: expect.stringContaining("Bad credentials"),
    });
  });

  test("that may have left some out is not believed", async () => {
    const many = JSON.stringify(Array.from({ length: 1000 }, (_, number) => ({ number })));
    await writeFile(path.join(folder, "many"), many);
    await gh(`cat ${folder}/many`);
    await expect(pullsFromGitHub(folder)).rejects.toMatchObject({ code: "PULLS_UNAVAILABLE" });
  });
});
