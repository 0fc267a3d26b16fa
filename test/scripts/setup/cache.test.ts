import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cached, installed } from "../../../scripts/setup/cache.mjs";
import { withLock } from "../../../scripts/setup/lock.mjs";
import { cacheFolder } from "../../../scripts/setup/machine.mjs";
import { type TestMachine, testMachine } from "./machines.ts";

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
});
afterEach(() => machine.remove());

async function fill(folder: string) {
  writeFileSync(join(folder, "it"), "whole");
  return "somewhere";
}

describe("the cache", () => {
  test("its folder is the project's own variable, else the user's cache folder", () => {
    expect(cacheFolder({ CLERK_CONVEX_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/home")).toBe("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" }, "/home")).toBe("/b/clerk-convex-pulumi");
    expect(cacheFolder({}, "/home")).toBe("/home/.cache/clerk-convex-pulumi");
  });

  test("an entry is kept with where it came from, and filled once", async () => {
    expect(await cached(machine, "tool-1")).toBeUndefined();
    const made = await installed(machine, "tool-1", fill);
    expect(readFileSync(join(made.folder, "it"), "utf8")).toBe("whole");
    const again = await installed(machine, "tool-1", () =>
      Promise.reject(new Error("filled twice")),
    );
    expect(again).toEqual(made);
    expect(await cached(machine, "tool-1")).toEqual({ ...made, source: "somewhere" });
  });

  test("an entry that fails half-way is not there, and leaves nothing", async () => {
    await expect(
      installed(machine, "tool-1", async (folder) => {
        writeFileSync(join(folder, "it"), "ha");
        throw new Error("cut off");
      }),
    ).rejects.toThrow("cut off");
    expect(await cached(machine, "tool-1")).toBeUndefined();
    expect(readdirSync(machine.cache)).toEqual([]);
  });

  test("what a killed run left is neither used nor kept", async () => {
    mkdirSync(join(machine.cache, ".tool-1-killed"), { recursive: true });
    mkdirSync(join(machine.cache, "tool-1"));
    writeFileSync(join(machine.cache, "tool-1", "it"), "ha");
    const made = await installed(machine, "tool-1", fill);
    expect(readFileSync(join(made.folder, "it"), "utf8")).toBe("whole");
    expect(readdirSync(machine.cache)).toEqual(["tool-1"]);
  });

  test("of two at once one fills it, and the other says that it waits and uses it", async () => {
    let fills = 0;
    let waited = () => {};
    const told = new Promise<void>((resolve) => {
      waited = resolve;
    });
    machine.report.note = (text) => {
      expect(text).toContain(`${process.pid}`);
      waited();
    };
    const slow = async (folder: string) => {
      fills += 1;
      await told;
      return fill(folder);
    };
    const [one, two] = await Promise.all([
      installed(machine, "tool-1", slow),
      installed(machine, "tool-1", slow),
    ]);
    expect(one).toEqual(two);
    expect(fills).toBe(1);
  });

  test("a folder that cannot be made is an error with its remedy", async () => {
    writeFileSync(join(machine.bin, "file"), "");
    const blocked = { ...machine, cache: join(machine.bin, "file", "cache") };
    await expect(installed(blocked, "tool-1", fill)).rejects.toThrow(
      /cannot be written.*Remedy: make it writable.*CLERK_CONVEX_CACHE.*SETUP_CACHE/s,
    );
  });
});

describe("the lock", () => {
  /** No process has it: larger than any system gives. */
  const deadPid = 2 ** 30;

  test.each([
    ["of a dead process of this machine", `${hostname()} ${deadPid}`, 0],
    ["without a heartbeat", `elsewhere ${process.pid}`, 60],
  ])("one %s is taken over", async (_, content, ageSeconds) => {
    mkdirSync(machine.cache);
    const file = join(machine.cache, "lock");
    writeFileSync(file, content);
    const then = Date.now() / 1000 - ageSeconds;
    utimesSync(file, then, then);
    expect(await withLock(file, async () => readFileSync(file, "utf8"))).toBe(
      `${hostname()} ${process.pid}`,
    );
    expect(existsSync(file)).toBe(false);
  });

  test("it is released when the work fails", async () => {
    mkdirSync(machine.cache);
    const file = join(machine.cache, "lock");
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(file)).toBe(false);
  });
});
