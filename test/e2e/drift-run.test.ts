import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Deploy, Deployment } from "../../infra/resources/convex.ts";
import { checkStack } from "../../scripts/drift/check.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { exitCodes } from "../../scripts/stack/failure.ts";
import { openProject, openStack } from "../../scripts/stack/project.ts";
import { byHand } from "./by-hand.ts";
import { holdsAny } from "./observe.ts";
import { copyProject } from "./project-copy.ts";
import { makeProjectFolder, type ProjectFolder } from "./project-folder.ts";

const userSecret = "canary-of-the-users-own-variable";

let vendors: LocalVendors;
let project: ProjectFolder;

beforeAll(async () => {
  vendors = await startLocalVendors();
  project = await makeProjectFolder(vendors.environment);
  await project.makeStack("dev");
  const stack = await project.open("dev");
  const variable = { value: userSecret, secret: true };
  await stack.setConfig("clerk-convex:variables.USERS_OWN", variable, true);
  await stack.up();
});

afterAll(async () => {
  await vendors?.close();
  await project?.remove();
});

const drift = (args: string[], environment?: Record<string, string>) =>
  project.run("scripts/drift.ts", args, environment);

describe("a stack that cannot be checked", () => {
  const refused = () => ({ kind: "status", status: 401, body: "{}" }) as const;
  const down = () =>
    ({ kind: "status", status: 503, headers: { "retry-after": "0" }, body: "{}" }) as const;

  test.each([
    ["credentials are refused", refused, {}, 3, "[CLERK_UNAUTHORIZED]"],
    ["a vendor is down", down, {}, 10, "[CLERK_UNAVAILABLE]"],
    ["a credential is missing", undefined, { CLERK_SECRET_KEY: "" }, 3, "[CREDENTIAL_MISSING]"],
    [
      "a vendor cannot be reached",
      undefined,
      { CLERK_API_URL: "http://127.0.0.1:9" },
      10,
      "[CLERK_UNREACHABLE]",
    ],
    [
      "the passphrase is wrong",
      undefined,
      { PULUMI_CONFIG_PASSPHRASE: "another" },
      3,
      "[CREDENTIAL_PASSPHRASE]",
    ],
    ["a setting is wrong", undefined, { CONVEX_DEPLOY_KEY: "x" }, 3, "[CONVEX_KEY_FORMAT]"],
  ])("because %s is neither drift nor none", async (_what, fault, environment, code, said) => {
    vendors.clerk.fault = fault;
    const { exitCode, stdout } = await drift(["--stack", "dev"], environment as never);
    vendors.clerk.fault = undefined;
    expect(stdout).toContain("dev: not checked");
    expect(stdout).toContain(said);
    expect(exitCode).toBe(code);
  });

  test("because its code does not bundle, is told in the bundler's words", async () => {
    await using copy = await copyProject();
    const program = async () => {
      const deployment = new Deployment("deployment");
      new Deploy("deploy", { deployment: deployment.name, directory: copy.directory });
      return {};
    };
    await copy.edit("convex/users.ts", (source) => `import "./absent";\n${source}`);
    const { directory, environment } = project;
    const stack = await openStack("dev", await openProject({ directory, environment, program }));
    expect(await checkStack(stack)).toEqual({
      stack: "dev",
      outcome: "failed",
      failure: {
        kind: "bundle",
        messages: [expect.stringMatching(/\.\/absent.*\[CONVEX_BUNDLE_FAILED\]$/)],
      },
    });
  });

  test("because it does not exist, or its project does not", async () => {
    const absent = await drift(["--stack", "absent"]);
    expect(absent.stdout).toContain("[STACK_MISSING]");
    expect(absent.exitCode).toBe(6);
    const elsewhere = await drift(["--all", "--cwd", "/"]);
    expect(elsewhere.stderr).toContain("[PROJECT_MISSING]");
    expect(elsewhere.exitCode).toBe(2);
  });
});

describe("a stack that differs", () => {
  const hostile = "::error::\n::warning::by a vendor\u001b[31m";

  test("in its settings, not applied yet, is told apart from what a vendor changed", async () => {
    const stack = await project.open("dev");
    await stack.setConfig("clerk-convex:eventTypes[0]", { value: "session.created" }, true);
    const { exitCode, stdout } = await drift(["--stack", "dev"]);
    expect(stdout).toMatch(/^dev: drift in 1 resource\n/);
    expect(stdout).toMatch(/environment-webhook-endpoint .*session\.created .*not applied yet/);
    expect(exitCode).toBe(7);
    await stack.removeConfig("clerk-convex:eventTypes", true);
  });

  test("by what the issuer is, is told at everything that is made of it", async () => {
    const data = [
      {
        object: "domain",
        id: "dmn_1",
        name: "moved.example",
        is_satellite: false,
        frontend_api_url: "https://clerk.moved.example",
      },
    ];
    const body = JSON.stringify({ data, total_count: 1 });
    vendors.clerk.fault = ({ path }) =>
      path.endsWith("/domains") ? { kind: "status", status: 200, body } : undefined;
    const { exitCode, stdout } = await drift(["--stack", "dev", "--json"]);
    vendors.clerk.fault = undefined;
    const [{ differences }] = JSON.parse(stdout).stacks;
    expect(differences.map(({ name }: { name: string }) => name).sort()).toEqual([
      "environment-variables",
      "environment-verify",
    ]);
    expect(exitCode).toBe(7);
  });

  test("is shown to people, to programs and on GitHub, without its secrets and as nobody's command", async () => {
    await vendors.deployment.setVariable("USERS_OWN", "changed by hand");
    await byHand(vendors).patchEndpoint({ description: hostile });
    const file = path.join(project.directory, "summary.md");
    const github = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file };

    const people = await drift(["--stack", "dev"]);
    const programs = await drift(["--stack", "dev", "--json"], github);
    const onGitHub = await drift(["--stack", "dev"], github);

    expect([people.exitCode, programs.exitCode, onGitHub.exitCode]).toEqual([7, 7, 7]);
    expect(people.stdout).toContain("dev: drift in 2 resources");
    expect(people.stdout).toMatch(/variables\.USERS_OWN +\[secret\] +\[secret\] +at the vendor/);
    expect(people.stdout).not.toContain("\u001b");
    expect(people.stderr).toBe("");
    expect(JSON.parse(programs.stdout)).toMatchObject({ outcome: "drift", exitCode: 7 });
    for (const { stderr } of [programs, onGitHub]) {
      const lines = stderr.trim().split("\n");
      expect(lines).toHaveLength(2);
      expect(lines.every((line) => line.startsWith("::warning title=Drift in dev"))).toBe(true);
    }
    const [begin = "", ...rest] = onGitHub.stdout.trim().split("\n");
    const token = begin.replace("::stop-commands::", "");
    expect(rest.indexOf(`::${token}::`)).toBe(rest.length - 1);
    expect(await readFile(file, "utf8")).toMatch(/(### dev: drift in 2 resources[\s\S]*){2}/);
    const shown = [people, programs, onGitHub].map(({ stdout, stderr }) => stdout + stderr);
    expect(holdsAny(shown.join() + (await readFile(file, "utf8")), secrets())).toBe(false);
  });

  test("is mended only when somebody says so", async () => {
    const unattended = await drift(["--stack", "dev", "--fix"]);
    expect(unattended.exitCode).toBe(2);
    expect(unattended.stderr).toContain("give --yes");
    expect((await drift(["--stack", "dev"])).exitCode).toBe(7);

    const stack = await project.open("dev");
    await stack.setConfig("clerk-convex:claims.role", { value: "{{user.id}}" }, true);
    vendors.forgetRequests();
    const mended = await drift(["--stack", "dev", "--fix", "--yes"]);
    expect(mended.stderr).toContain("dev: drift in 3 resources");
    expect([mended.exitCode, mended.stdout]).toEqual([0, "dev: no drift\n"]);
    expect(vendors.deployment.environmentVariables.get("USERS_OWN")).toBe(userSecret);
    expect(vendors.deployment.pushes).toBe(1);
    expect(holdsAny(mended.stdout + mended.stderr, secrets())).toBe(false);
  });

  test("is not mended by a fix that fails", async () => {
    await byHand(vendors).patchEndpoint({ disabled: true });
    vendors.svix.fault = ({ method }) =>
      ["PATCH", "PUT"].includes(method) ? { kind: "status", status: 403, body: "{}" } : undefined;
    const { exitCode, stdout } = await drift(["--stack", "dev", "--fix", "--yes"]);
    vendors.svix.fault = undefined;
    expect(stdout).toContain("[SVIX_FORBIDDEN]");
    expect(exitCode).toBe(3);
    await byHand(vendors).patchEndpoint({ disabled: false });
  });
});

describe("several stacks", () => {
  test("are all reported, an error comes before drift, and the selected one stays selected", async () => {
    await project.makeStack("empty");
    const before = await project.snapshot();
    const every = await drift(["--all"]);
    expect(every.stdout).toContain("dev: no drift");
    expect(every.stdout).toMatch(/empty: drift in \d+ resources/);
    expect(every.exitCode).toBe(7);
    const some = await drift(["--stack", "empty", "--stack", "absent", "--stack", "dev"]);
    expect(some.stdout).toMatch(/^empty: drift[\s\S]*absent: not checked[\s\S]*dev: no drift/);
    expect(some.exitCode).toBe(6);
    expect(await project.snapshot()).toEqual(before);
  });
});

test.each([
  [[], "Give --stack with a name, or --all"],
  [["--all", "--stack", "dev"], "Give --stack with a name, or --all"],
  [["--stack", "dev", "--yes"], "--yes belongs to --fix"],
  [["--stcak", "dev"], "--stcak"],
  [["--all", "extra"], "extra"],
])("wrong usage is refused before anything is asked: %j", async (args, said) => {
  const { exitCode, stdout, stderr } = await drift(args);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(said);
  expect(stderr).toContain("[USAGE]");
});

test("--help names every option and every exit code", async () => {
  const { exitCode, stdout } = await drift(["--help"]);
  expect(exitCode).toBe(0);
  for (const option of ["stack", "all", "fix", "yes", "json", "cwd"]) {
    expect(stdout).toContain(`--${option}`);
  }
  const { remains, expiring, ...codes } = exitCodes;
  for (const code of [remains, expiring])
    expect(stdout).not.toMatch(new RegExp(`^ {2}${code} `, "m"));
  for (const code of Object.values(codes)) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, "m"));
});

function secrets(): string[] {
  const { environmentVariables } = vendors.deployment;
  const signing = environmentVariables.get("CLERK_WEBHOOK_SECRET");
  if (!signing) throw new Error("no signing secret");
  return [...vendors.secrets, userSecret, "changed by hand", signing];
}
