import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { program, type TestMachine, testMachine } from "./setup/machines.ts";

let machine: TestMachine;
/** A project with nothing to install, beside a supported pulumi on PATH. */
beforeEach(() => {
  machine = testMachine();
  mkdirSync(join(machine.root, "node_modules"), { recursive: true });
  cpSync("scripts/setup.mjs", join(machine.root, "scripts/setup.mjs"));
  cpSync("scripts/setup", join(machine.root, "scripts/setup"), { recursive: true });
  writeFileSync(join(machine.root, "package.json"), "{}");
  const lock = JSON.stringify({ packages: { "": {} } });
  writeFileSync(join(machine.root, "package-lock.json"), lock);
  writeFileSync(join(machine.root, "node_modules/.package-lock.json"), lock);
  program(machine.bin, "pulumi", "echo v3.259.0");
});
afterEach(() => machine.remove());

const env = () => ({ ...machine.env, CLERK_CONVEX_CACHE: machine.cache, HOME: machine.home });

function setup(...args: string[]) {
  return spawnSync(process.execPath, [join(machine.root, "scripts/setup.mjs"), ...args], {
    env: env(),
    encoding: "utf8",
  });
}

describe("the setup command", () => {
  test("with a command, it passes on arguments, output and exit code, and sets PATH", () => {
    const { status, stdout, stderr } = setup(
      "--",
      "sh",
      "-c",
      'echo "$1 $PATH"; exit 7',
      "x",
      "a b",
    );
    expect(status).toBe(7);
    const expected = [
      dirname(process.execPath),
      join(machine.root, "node_modules/.bin"),
      machine.bin,
      machine.env.PATH,
    ];
    expect(stdout).toBe(`a b ${expected.join(delimiter)}\n`);
    expect(stderr).toMatch(
      /^node +\S+ +running now .*\npackages .*\npulumi +3\.259\.0 +on PATH .*\n$/,
    );
  });

  test("without one, it prints a line that a shell can take", () => {
    const { status, stdout } = setup("--quiet");
    expect(status).toBe(0);
    const path = execFileSync("sh", ["-c", `${stdout}\necho "$PATH"`], { encoding: "utf8" });
    expect(path.split(delimiter)[0]).toBe(dirname(process.execPath));
  });

  test("the command hears which command plugin there is, and the stand-in is announced even quietly", () => {
    writeFileSync(
      join(machine.root, "package.json"),
      JSON.stringify({ dependencies: { "@pulumi/command": "9.8.7" } }),
    );
    writeFileSync(
      join(machine.root, "package-lock.json"),
      JSON.stringify({ packages: { "": { dependencies: { "@pulumi/command": "9.8.7" } } } }),
    );
    program(machine.bin, "pulumi", '[ "$1" = version ] && echo v3.259.0');
    const print = 'echo "$CLERK_CONVEX_COMMAND_PLUGIN $PATH"';
    const without = setup("--quiet", "--", "sh", "-c", print);
    expect(without.stdout).toMatch(/^stand-in /);
    expect(without.stdout).toContain(join(machine.root, "test", "stand-ins"));
    expect(without.stderr).toMatch(/^note command plugin 9\.8\.7: stand-in from test\/stand-ins: /);
    program(machine.bin, "pulumi-resource-command", "");
    const real = setup("--", "sh", "-c", print);
    expect(real.stdout).toMatch(/^path /);
    expect(real.stdout).not.toContain("stand-ins");
  });

  test("a command that does not exist is 127, as in a shell", () => {
    expect(setup("--quiet", "--", "no-such-program")).toMatchObject({ status: 127, stdout: "" });
  });

  test("a signal reaches the command, and its exit code comes back", async () => {
    const child: ChildProcess = spawn(
      process.execPath,
      [
        join(machine.root, "scripts/setup.mjs"),
        "--quiet",
        "--",
        process.execPath,
        "-e",
        'process.on("SIGTERM", () => process.exit(42)); setInterval(() => {}, 1e6); console.log("up")',
      ],
      { env: env(), stdio: ["ignore", "pipe", "inherit"] },
    );
    await new Promise((up) => child.stdout?.once("data", up));
    child.kill("SIGTERM");
    expect(await new Promise((closed) => child.once("close", closed))).toBe(42);
  });

  test("a command ended by a signal is 128 and its number", () => {
    expect(setup("--quiet", "--", "sh", "-c", "kill -KILL $$").status).toBe(137);
  });

  test.each([
    [["--nonsense"], "Unknown argument --nonsense."],
    [["node"], "Unknown argument node."],
    [["--"], "No command follows `--`."],
  ])("wrong usage %j is exit code 2 with the remedy", (args, problem) => {
    const { status, stderr } = setup(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/Remedy: see node scripts\/setup\.mjs --help.*Code: SETUP_USAGE/s);
  });

  test("what cannot be had is exit code 1 with problem, remedy and code, and the command is not run", () => {
    program(machine.bin, "pulumi", "echo v2.0.0");
    const { status, stdout, stderr } = setup("--", "sh", "-c", "echo ran");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /Pulumi >=3\.227\.0 <4\.0\.0 is needed.*Remedy: .*Code: SETUP_NO_PULUMI\n$/s,
    );
    expect(stderr).not.toContain("    at ");
  });

  test("help names every option, variable and exit code, and does nothing", () => {
    const { status, stdout, stderr } = setup("--help");
    expect(status).toBe(0);
    expect(stderr).toBe("");
    for (const word of [
      "--quiet",
      "CLERK_CONVEX_CACHE",
      "CLERK_CONVEX_NODE_MIRROR",
      "Exit codes",
    ]) {
      expect(stdout).toContain(word);
    }
  });
});
