import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCommandPlugin } from "../../../scripts/setup/command-plugin.mjs";
import { program, type TestMachine, testMachine } from "./machines.ts";

const executable = "pulumi-resource-command";
let machine: TestMachine;
let plugins: string;
beforeEach(() => {
  machine = testMachine();
  plugins = join(machine.home, ".pulumi", "plugins", "resource-command-v9.8.7");
  mkdirSync(machine.root);
  writeFileSync(
    join(machine.root, "package.json"),
    JSON.stringify({ dependencies: { "@pulumi/command": "9.8.7" } }),
  );
});
afterEach(() => machine.remove());

/** A pulumi whose `plugin install` does what the script says. */
function fakePulumi(script: string) {
  return program(machine.bin, "pulumi", `echo "$*" >> ${machine.bin}/asked\n${script}`);
}

function find(pulumi = join(machine.bin, "pulumi"), change: Partial<TestMachine> = {}) {
  return findCommandPlugin({ ...machine, ...change }, pulumi, machine.env.PATH ?? "");
}

describe("finding the command plugin", () => {
  test("one on PATH is used as it is", async () => {
    const file = program(machine.bin, executable, "");
    expect(await find()).toEqual({ kind: "path", version: "9.8.7", how: `on PATH (${file})` });
  });

  test("the stand-in on PATH is not taken for the real one", async () => {
    const standIns = join(machine.root, "test", "stand-ins");
    program(standIns, executable, "");
    const env = { ...machine.env, PATH: [standIns, machine.env.PATH].join(delimiter) };
    const found = await find(fakePulumi("exit 1"), { env });
    expect(found?.kind).toBe("stand-in");
  });

  test("an installed one is used, and nothing is run", async () => {
    program(plugins, executable, "");
    expect(await find(fakePulumi("exit 1"))).toEqual({
      kind: "installed",
      version: "9.8.7",
      how: `installed (${plugins})`,
    });
    expect(existsSync(join(machine.bin, "asked"))).toBe(false);
  });

  test("PULUMI_HOME says where it is installed", async () => {
    const home = join(machine.home, "elsewhere");
    program(join(home, "plugins", "resource-command-v9.8.7"), executable, "");
    const found = await find(fakePulumi("exit 1"), { env: { ...machine.env, PULUMI_HOME: home } });
    expect(found?.kind).toBe("installed");
  });

  test("else it is installed", async () => {
    const found = await find(
      fakePulumi(
        `mkdir -p ${plugins}; cp ${program(machine.bin, "it", "")} ${plugins}/${executable}`,
      ),
    );
    expect(found).toMatchObject({ kind: "installed", how: `installed now (${plugins})` });
    expect(readFileSync(join(machine.bin, "asked"), "utf8")).toBe(
      "plugin install resource command 9.8.7 --exact\n",
    );
  });

  test("a half-installed one does not count", async () => {
    program(plugins, executable, "");
    writeFileSync(`${plugins}.partial`, "");
    expect((await find(fakePulumi("exit 1")))?.kind).toBe("stand-in");
  });

  test("where it cannot be had the stand-in is used, and it says why", async () => {
    expect(await find(fakePulumi("exit 1"))).toEqual({
      kind: "stand-in",
      version: "9.8.7",
      how: "stand-in from test/stand-ins: the real plugin cannot be downloaded from here",
      folder: join(machine.root, "test", "stand-ins"),
    });
  });

  test("a failed attempt is repeated after an hour, not before; a real one counts at once", async () => {
    const pulumi = fakePulumi("exit 1");
    const attempts = () =>
      readFileSync(join(machine.bin, "asked"), "utf8").trim().split("\n").length;
    await find(pulumi);
    await find(pulumi);
    expect(attempts()).toBe(1);
    const stamp = join(machine.cache, "command-plugin-9.8.7-linux-x64.unavailable");
    const then = Date.now() / 1000 - 3601;
    utimesSync(stamp, then, then);
    await find(pulumi);
    expect(attempts()).toBe(2);
    program(plugins, executable, "");
    expect((await find(pulumi))?.kind).toBe("installed");
  });

  test("when the engine is told to ignore PATH, it says that the stand-in will not be seen", async () => {
    const env = { ...machine.env, PULUMI_IGNORE_AMBIENT_PLUGINS: "true" };
    await find(fakePulumi("exit 1"), { env });
    expect(machine.lines).toContainEqual(
      "note PULUMI_IGNORE_AMBIENT_PLUGINS is set, so the engine will not see the stand-in: unset it",
    );
  });

  test("a project without it needs none", async () => {
    writeFileSync(join(machine.root, "package.json"), "{}");
    expect(await find()).toBeUndefined();
  });
});
