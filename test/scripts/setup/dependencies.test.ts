import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensureDependencies, staleness } from "../../../scripts/setup/dependencies.mjs";
import { program, type TestMachine, testMachine } from "./machines.ts";

const packages = {
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b-linux-x64": { version: "2.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
  "node_modules/b-darwin-x64": { version: "2.0.0", optional: true, os: ["darwin"], cpu: ["x64"] },
  "node_modules/only-b-darwin-needs-it": { version: "3.0.0", optional: true },
};
const manifest = { dependencies: { a: "1.0.0" }, devDependencies: { b: "2.0.0" } };

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
  mkdirSync(machine.root);
  write("package.json", manifest);
  write("package-lock.json", { packages: { "": manifest, ...packages } });
});
afterEach(() => machine.remove());

function write(file: string, content: unknown) {
  writeFileSync(join(machine.root, file), JSON.stringify(content));
}

/** Lays node_modules as npm would, with a change. */
function install(change: (hidden: Record<string, unknown>) => void = () => {}) {
  const hidden: Record<string, unknown> = {
    "node_modules/a": packages["node_modules/a"],
    "node_modules/b-linux-x64": packages["node_modules/b-linux-x64"],
  };
  for (const path of Object.keys(hidden)) mkdirSync(join(machine.root, path), { recursive: true });
  change(hidden);
  write("node_modules/.package-lock.json", { packages: hidden });
}

/** An npm that counts its runs and lays down what was put ready for it. */
function fakeNpm(exit = 0) {
  return program(
    machine.bin,
    "npm",
    `echo "$*" >> ${machine.bin}/asked
[ -f ${machine.bin}/ready ] && mkdir -p node_modules/a node_modules/b-linux-x64 &&
  cp ${machine.bin}/ready node_modules/.package-lock.json
echo the registry says no
exit ${exit}`,
  );
}

describe("whether node_modules is what the lockfile says", () => {
  const stale = () => staleness(machine.root, machine.platform);

  test("it is, without the optional packages of other platforms", () => {
    install();
    expect(stale()).toBeUndefined();
  });

  test("nothing is installed, or npm ci did not come to its end", () => {
    expect(stale()).toBe("nothing is installed");
    mkdirSync(join(machine.root, "node_modules/a"), { recursive: true });
    expect(stale()).toBe("nothing is installed");
  });

  test("a package is missing, or its folder was removed", () => {
    install((hidden) => delete hidden["node_modules/a"]);
    expect(stale()).toBe("node_modules/a is missing");
    install();
    rmSync(join(machine.root, "node_modules/a"), { recursive: true });
    expect(stale()).toBe("node_modules/a is missing");
  });

  test("an optional package of this platform is missing", () => {
    install((hidden) => delete hidden["node_modules/b-linux-x64"]);
    expect(stale()).toBe("node_modules/b-linux-x64 is missing");
  });

  test.each([{ version: "1.0.1" }, { integrity: "sha512-other" }])(
    "a package differs: %j",
    (change) => {
      install((hidden) => {
        hidden["node_modules/a"] = { ...packages["node_modules/a"], ...change };
      });
      expect(stale()).toBe("node_modules/a is of another version");
    },
  );

  test("package.json has changed since the lockfile was made", () => {
    install();
    write("package.json", { ...manifest, dependencies: { a: "1.0.0", c: "1.0.0" } });
    expect(stale()).toBe("package.json has changed");
  });
});

describe("installing packages", () => {
  test("nothing is run when they are there", async () => {
    install();
    fakeNpm();
    expect(await ensureDependencies(machine, machine.env.PATH ?? "")).toBeUndefined();
    expect(existsSync(join(machine.bin, "asked"))).toBe(false);
  });

  test("npm ci is run once, without install scripts, though two ask at once", async () => {
    install();
    const ready = readFileSync(join(machine.root, "node_modules/.package-lock.json"));
    writeFileSync(join(machine.bin, "ready"), ready);
    rmSync(join(machine.root, "node_modules"), { recursive: true });
    fakeNpm();
    const path = machine.env.PATH ?? "";
    const both = [ensureDependencies(machine, path), ensureDependencies(machine, path)];
    expect((await Promise.all(both)).filter(Boolean)).toEqual(["nothing is installed"]);
    expect(readFileSync(join(machine.bin, "asked"), "utf8")).toMatch(/^ci --ignore-scripts .*\n$/);
  });

  test("npm's failure is shown with the remedy", async () => {
    fakeNpm(1);
    await expect(ensureDependencies(machine, machine.env.PATH ?? "")).rejects.toThrow(
      /npm ci failed:.*the registry says no.*Remedy: .*Code: SETUP_DEPENDENCIES$/s,
    );
  });

  test("an npm ci that leaves something out is a failure", async () => {
    fakeNpm();
    await expect(ensureDependencies(machine, machine.env.PATH ?? "")).rejects.toThrow(
      /After npm ci, nothing is installed/,
    );
  });

  test("no npm is told as such", async () => {
    await expect(ensureDependencies(machine, machine.env.PATH ?? "")).rejects.toThrow(
      /npm is not on PATH.*Remedy: install npm.*SETUP_NO_NPM/s,
    );
  });
});
