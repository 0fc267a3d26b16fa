import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { readWorkflows } from "./workflow.ts";

/** Each is run by a test in `test/e2e/`. */
const commands = [
  'npm run ci -- plan --stack "$STACK"',
  'npm run ci -- up --stack "$STACK"',
  "npm run drift -- --all",
  'npm run preview -- up --name "pr-$PR"',
  'npm run preview -- down --name "pr-$PR"',
  "npm run preview -- sweep --older-than 7d --open-prs gh --yes",
];
const setup = "npm run setup";
const ofThisRepository = "github.event.pull_request.head.repo.full_name == github.repository";
/** Each is empty where it is not set, which is as good as absent. */
const secrets = [
  "PULUMI_BACKEND_URL",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "PGPASSWORD",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "CLERK_SECRET_KEY",
  "CONVEX_DEPLOY_KEY",
  "CONVEX_ACCESS_TOKEN",
];
/** What a job may do beyond reading the code. */
const extraPermissions: Record<string, Record<string, string>> = {
  "sweep.yml sweep": { "pull-requests": "read" },
};

const workflows = readWorkflows();
const jobs = workflows.flatMap(({ file, on, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ name: `${file} ${name}`, on, job })),
);
const expression = (text: string) => `\${{ ${text} }}`;
const expressions = (value: unknown) => JSON.stringify(value ?? null).match(/\$\{\{.*?\}\}/g) ?? [];

test("there are four workflows", () => {
  const files = workflows.map(({ file }) => file).sort();
  expect(files).toEqual(["drift.yml", "preview.yml", "sweep.yml", "up.yml"]);
});

describe.each(workflows)("$file", ({ on, permissions, env, actions }) => {
  test("starts on nothing that gives secrets to code of strangers", () => {
    const harmless = ["pull_request", "push", "schedule", "workflow_dispatch"];
    expect(harmless).toEqual(expect.arrayContaining(Object.keys(on)));
  });

  test("gives all its jobs together neither permissions nor variables", () => {
    expect(permissions).toEqual({});
    expect(env).toBeUndefined();
  });

  test("has each action by its full commit digest, with the version beside it", () => {
    expect(actions).not.toEqual([]);
    for (const { uses, comment } of actions) {
      expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(comment).toMatch(/^v\d+\.\d+\.\d+$/);
    }
  });
});

describe.each(jobs)("$name", ({ name, job }) => {
  const [checkout, prepare, command, ...rest] = job.steps;

  test("checks out, sets up and runs one command that is tested", () => {
    expect(checkout?.uses).toMatch(/^actions\/checkout@/);
    expect(prepare?.run).toBe(setup);
    expect(commands).toContain(command?.run);
    expect(rest).toEqual([]);
  });

  test("has no permission beyond what it needs", () => {
    expect(job.permissions).toEqual({ contents: "read", ...extraPermissions[name] });
    expect(checkout?.with).toMatchObject({ "persist-credentials": false });
  });

  test("gives secrets to its command alone, and through the environment", () => {
    expect(job.env).toBeUndefined();
    expect(prepare?.env).toBeUndefined();
    expect(expressions(checkout).join()).not.toMatch(/secrets|token/);
    expect(job.steps.flatMap(({ run }) => expressions(run))).toEqual([]);
    const given = Object.entries(command?.env ?? {}).filter(([, value]) => /secrets/.test(value));
    expect(given).toEqual(secrets.map((secret) => [secret, expression(`secrets.${secret}`)]));
  });

  test("is in an environment, ends in time, and is never cancelled while it writes", () => {
    expect(job.environment).toMatch(/./);
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
    expect(job.concurrency?.group).toMatch(/./);
    expect(job.concurrency?.["cancel-in-progress"]).toBe(false);
  });
});

const forPullRequests = jobs.filter(({ on, name }) => "pull_request" in on && name !== "up.yml up");
test.each(forPullRequests)("$name is not for forks", ({ job }) => {
  expect(job.if).toContain(`&& ${ofThisRepository}`);
  expect(job.if).not.toContain("||");
});

test.each(["preview.yml down", "sweep.yml sweep"])("%s runs the default branch's code", (name) => {
  const [checkout] = jobs.find((each) => each.name === name)?.job.steps ?? [];
  expect(checkout?.with).toMatchObject({
    ref: expression("github.event.repository.default_branch"),
  });
});

test("what makes a change on a push is for the default branch only", () => {
  const up = workflows.find(({ file }) => file === "up.yml");
  expect(up?.on.push).toEqual({ branches: ["main"] });
  expect(up?.jobs.up?.if).toBe("github.event_name == 'push'");
});

test("all jobs that write one stack wait for each other", () => {
  const groups = Object.fromEntries(jobs.map(({ name, job }) => [name, job.concurrency?.group]));
  expect(groups["preview.yml up"]).toBe(groups["preview.yml down"]);
  expect(groups["up.yml up"]).toBe(`stack-${expression("matrix.stack")}`);
});

test("the README names every secret and variable", () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
  const unnamed = [...secrets, "STACKS"].filter((name) => !readme.includes(`\`${name}\``));
  expect(unnamed).toEqual([]);
});
