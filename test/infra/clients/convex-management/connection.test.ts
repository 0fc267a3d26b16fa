import { expect, test } from "vitest";
import { answering, connect, setUp, withoutWaits } from "./setup.ts";

test("a token tells what it is good for", async () => {
  const { convex, project, connection, as } = await setUp();
  expect(await connection.scope()).toEqual({ kind: "team", teamId: 1 });
  const narrow = as(convex.projectToken).connection;
  expect(await narrow.scope()).toEqual({ kind: "project", projectId: project });
});

test("a token that is none is refused, and not repeated", async () => {
  const { management, as } = await setUp();
  const error: Error = await as("not-a-real-token")
    .connection.scope()
    .catch((reason) => reason);
  expect(error).toMatchObject({ code: "CONVEX_UNAUTHORIZED", vendorCode: "InvalidAccessToken" });
  expect(error.message).not.toContain("not-a-real-token");
  expect(management.requests).toHaveLength(1);
});

test("a token of a kind that is not known is not taken for another", async () => {
  const { connection } = await answering(() => Response.json({ type: "memberToken", teamId: 1 }));
  await expect(connection.scope()).rejects.toMatchObject({ code: "CONVEX_MALFORMED" });
});

test("an answer that is no JSON is asked for again, and then an error", async () => {
  withoutWaits();
  const { host, connection } = await answering(() => new Response("<html>Sign in</html>"));
  const error: Error = await connection.scope().catch((reason) => reason);
  expect(error).toMatchObject({ code: "CONVEX_MALFORMED" });
  expect(error.message).not.toContain("Sign in");
  expect(host.requests.length).toBeGreaterThan(1);
});

test("a redirect is not followed", async () => {
  withoutWaits();
  const elsewhere = await answering(() => Response.json({ type: "teamToken", teamId: 1 }));
  const target = `${elsewhere.host.url}/v1/token_details`;
  const { connection } = await answering(() => Response.redirect(target, 307));
  await expect(connection.scope()).rejects.toMatchObject({ code: "CONVEX_UNREACHABLE" });
  expect(elsewhere.host.requests).toEqual([]);
});

test("a token is never sent over plain http to another machine", () => {
  expect(() => connect("http://api.convex.example.com", "token")).toThrow(
    expect.objectContaining({ code: "URL_NOT_HTTPS" }),
  );
});
