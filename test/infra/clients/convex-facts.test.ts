import { expect, test } from "vitest";
import { canonical, cronOf, providerOf, schemaOf } from "../../../infra/clients/convex-facts.ts";

const asItIs = (text: string) => text;

test("the canonical form does not depend on the order of keys, but on that of lists", () => {
  expect(canonical({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
});

test("a cron is the same as the project writes it and as the deployment gives it back", () => {
  const args = [{}];
  const pairs = [
    [
      { name: "users:clear", args, schedule: { type: "interval", minutes: 2 } },
      { name: "users.js:clear", args, schedule: { type: "interval", seconds: 120 } },
    ],
    [
      {
        name: "a/b:c",
        args,
        schedule: { type: "weekly", dayOfWeek: "monday", hourUTC: 1, minuteUTC: undefined },
      },
      {
        name: "a/b.js:c",
        args,
        schedule: { minuteUTC: null, hourUTC: 1n, dayOfWeek: 1n, type: "weekly" },
      },
    ],
    [
      { name: "a:c", args, schedule: { type: "cron", cron: "* * * * *" } },
      { name: "a.js:c", args, schedule: { type: "cron", cron: "* * * * *" } },
    ],
  ] as const;
  for (const [written, given] of pairs) {
    expect(cronOf("tidy", given)).toEqual(cronOf("tidy", written));
  }
  const [[written]] = pairs;
  const rarer = { ...written, schedule: { type: "interval", hours: 2 } };
  expect(cronOf("tidy", rarer).schedule).not.toBe(cronOf("tidy", written).schedule);
});

test("a schema is the same as the package exports it and as the backend keeps it", () => {
  const string = { type: "string" };
  const written = {
    tables: [
      {
        tableName: "notes",
        indexes: [{ indexDescriptor: "by_text", fields: ["text"] }],
        stagedDbIndexes: [{ indexDescriptor: "by_tag", fields: ["tag"] }],
        searchIndexes: [
          { indexDescriptor: "in_text", searchField: "text", filterFields: ["tag", "by"] },
        ],
        vectorIndexes: [],
        documentType: {
          type: "object",
          value: { text: { fieldType: string, optional: false } },
        },
      },
    ],
    schemaValidation: true,
  };
  const [table] = written.tables;
  const kept = {
    schemaValidation: true,
    tables: [
      {
        ...table,
        searchIndexes: [
          { filterFields: ["by", "tag"], searchField: "text", indexDescriptor: "in_text" },
        ],
        vectorIndexes: null,
        documentType: {
          value: { text: { optional: false, fieldType: string } },
          type: "object",
        },
      },
    ],
  };
  const facts = schemaOf(JSON.stringify(written));
  expect(schemaOf(JSON.stringify(kept))).toEqual(facts);
  expect(Object.keys(facts.indexes)).toEqual(["notes.by_text", "notes.by_tag", "notes.in_text"]);
  expect(facts.indexes["notes.by_tag"]?.staged).toBe(true);
});

test("a provider is told by what its issuer means, with or without scheme and slash", () => {
  const written = { domain: "$ISSUER", applicationID: "convex" };
  const given = { domain: "https://clerk.example.com/", applicationID: "convex" };
  const meant = (text: string) => text.replace("$ISSUER", "clerk.example.com");
  const shown = (text: string) => text.replace("clerk.example.com", "$ISSUER");
  expect(providerOf(written, meant, asItIs)).toMatchObject({
    key: providerOf(given, asItIs, shown).key,
    label: "$ISSUER (convex)",
  });
  expect(providerOf(given, asItIs, shown).label).toBe("https://$ISSUER/ (convex)");
  const anyone = {
    type: "customJwt",
    issuer: "a",
    applicationID: null,
    jwks: "j",
    algorithm: "ES256",
  };
  expect(providerOf(anyone, asItIs, asItIs).label).toBe("a (any audience)");
  expect(providerOf({ ...anyone, algorithm: '"ES256"' }, asItIs, asItIs)).toEqual(
    providerOf(anyone, asItIs, asItIs),
  );
  const keys = [anyone, { ...anyone, jwks: "k" }, { ...anyone, algorithm: "RS256" }].map(
    (provider) => providerOf(provider, asItIs, asItIs).key,
  );
  expect(new Set(keys).size).toBe(3);
});
