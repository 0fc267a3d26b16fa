import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type OutputMap, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const standIns = resolve("test/stand-ins");

let folder: string;
let inputs: local.CommandArgs;
let options: pulumi.CustomResourceOptions;
let stack: Stack;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "command-"));
  options = {};
  stack = await LocalWorkspace.createStack(
    {
      stackName: "test",
      projectName: "stand-in",
      program: async () => {
        const command = new local.Command("it", inputs, options);
        return { stdout: command.stdout, stderr: command.stderr };
      },
    },
    {
      workDir: folder,
      pulumiHome: join(folder, "home"),
      envVars: {
        PATH: [standIns, dirname(process.execPath), process.env.PATH].join(delimiter),
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "passphrase of a test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function value(outputs: OutputMap, name: string): unknown {
  return outputs[name]?.value;
}

/** The state as it lies on disk, where secrets are encrypted. */
function storedState(): string {
  return readFileSync(join(folder, ".pulumi", "stacks", "stand-in", "test.json"), "utf8");
}

describe("the stand-in for the command plugin, under the real engine", () => {
  test("create runs the command with its environment, folder, standard input and interpreter", async () => {
    inputs = {
      interpreter: ["/bin/sh", "-eu", "-c"],
      create: `printf '%s %s %s\\n' "$GREETING" "$(cat)" "$(pwd)"; echo warned >&2`,
      environment: { GREETING: "hello" },
      stdin: "there",
      dir: folder,
    };
    const { outputs, summary } = await stack.up();
    expect(value(outputs, "stdout")).toBe(`hello there ${folder}`);
    expect(value(outputs, "stderr")).toBe("warned");
    expect(summary.resourceChanges).toMatchObject({ create: 2 });
  });

  test("the same inputs again run nothing", async () => {
    inputs = { create: `echo run >> ${folder}/runs` };
    await stack.up();
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toEqual({ same: 2 });
    expect(readFileSync(join(folder, "runs"), "utf8")).toBe("run\n");
  });

  test("a changed trigger replaces: create runs again, then the old one's delete", async () => {
    const log = join(folder, "log");
    inputs = {
      create: `echo create >> ${log}`,
      update: `echo update >> ${log}`,
      delete: `echo delete >> ${log}`,
      triggers: ["one", 1],
    };
    await stack.up();
    inputs = { ...inputs, triggers: ["two", 1] };
    const preview = await stack.preview();
    expect(preview.changeSummary).toMatchObject({ replace: 1 });
    expect(readFileSync(log, "utf8")).toBe("create\n");
    await stack.up();
    expect(readFileSync(log, "utf8")).toBe("create\ncreate\ndelete\n");
  });

  test("another changed input runs update, which sees the output before", async () => {
    inputs = { create: "echo first", update: 'echo "$WORD after $PULUMI_COMMAND_STDOUT"' };
    await stack.up();
    inputs = { ...inputs, environment: { WORD: "second" } };
    const { outputs, summary } = await stack.up();
    expect(summary.resourceChanges).toMatchObject({ update: 1 });
    expect(value(outputs, "stdout")).toBe("second after first");
  });

  test("without an update command, create runs again", async () => {
    inputs = { create: 'echo "$WORD."' };
    await stack.up();
    inputs = { ...inputs, environment: { WORD: "again" } };
    const { outputs } = await stack.up();
    expect(value(outputs, "stdout")).toBe("again.");
  });

  test("a command that fails fails the update with its status and what it printed", async () => {
    inputs = { create: "echo on its way; echo the reason >&2; exit 3" };
    const failed = await stack.up().then(
      () => "",
      (error: Error) => error.message,
    );
    expect(failed).toContain("exit status 3");
    expect(failed).toContain("the reason");
    expect(storedState()).not.toContain("command:local:Command");
  });

  test("destroy runs the delete command", async () => {
    inputs = { create: "echo made", delete: `echo "$PULUMI_COMMAND_STDOUT" > ${folder}/gone` };
    await stack.up();
    expect(existsSync(join(folder, "gone"))).toBe(false);
    await stack.destroy();
    expect(readFileSync(join(folder, "gone"), "utf8")).toBe("made\n");
  });

  test("a secret in the environment is nowhere in the state in plain text, outputs included", async () => {
    const word = "xyzzy-not-for-eyes";
    inputs = {
      create: 'printf %s "$WORD"',
      environment: { WORD: pulumi.secret(word) },
      triggers: [pulumi.secret(word)],
    };
    const { outputs } = await stack.up();
    expect(outputs.stdout).toEqual({ value: word, secret: true });
    expect(storedState()).not.toContain(word);
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2 });
  });

  test("an environment variable that becomes secret leaves no plain copy behind", async () => {
    const word = "plugh-not-for-eyes";
    inputs = { create: "true", environment: { WORD: word } };
    await stack.up();
    expect(storedState()).toContain(word);
    inputs = { create: "true", environment: { WORD: pulumi.secret(word) } };
    await stack.up();
    expect(storedState()).not.toContain(word);
  });

  test("refresh leaves the state as it is", async () => {
    inputs = { create: "echo once" };
    await stack.up();
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).toEqual({ same: 2 });
  });

  test("what it does not serve it refuses, naming it", async () => {
    inputs = { create: "true", assetPaths: ["*.txt"] };
    await expect(stack.up()).rejects.toThrow(/assetPaths.*not served by the stand-in/s);
    inputs = { create: 3 as unknown as string };
    await expect(stack.up()).rejects.toThrow(/create.*must be a string/s);
  });
});
