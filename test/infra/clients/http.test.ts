import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../../../emulators/server.ts";
import {
  type CallOptions,
  callVendor,
  classifierOf,
  createOnce,
  requestJson,
} from "../../../infra/clients/http.ts";
import { VendorError, type VendorErrorKind } from "../../../infra/clients/vendor-error.ts";

const failure = (kind: VendorErrorKind, retryAfter?: number) =>
  new VendorError("Clerk", "testing", kind, retryAfter === undefined ? {} : { retryAfter });

const options = (change: Partial<CallOptions> = {}): CallOptions => ({
  vendor: "Clerk",
  operation: "testing",
  idempotent: true,
  signal: new AbortController().signal,
  classify: (error) => error as VendorError,
  ...change,
});

/** A request that fails in turn with each of the failures, then answers. */
function failing(...failures: unknown[]) {
  const request = async () => {
    const next = failures[request.calls++];
    if (next !== undefined) throw next;
    return "answer";
  };
  request.calls = 0;
  return request;
}

test.each<VendorErrorKind>(["rateLimited", "unavailable", "unreachable", "timeout", "malformed"])(
  "an idempotent call that ends %s is repeated",
  async (kind) => {
    const request = failing(failure(kind, 0));
    expect(await callVendor(options(), request)).toBe("answer");
    expect(request.calls).toBe(2);
  },
);

test.each<VendorErrorKind>(["notFound", "unauthorized", "forbidden", "conflict", "invalid"])(
  "a call that ends %s is not repeated",
  async (kind) => {
    const request = failing(failure(kind));
    await expect(callVendor(options(), request)).rejects.toMatchObject({ kind });
    expect(request.calls).toBe(1);
  },
);

test("a call that is not idempotent is repeated only when it surely took no effect", async () => {
  const refused = failing(failure("rateLimited", 0));
  expect(await callVendor(options({ idempotent: false }), refused)).toBe("answer");
  const broken = failing(failure("unavailable"));
  const call = callVendor(options({ idempotent: false }), broken);
  await expect(call).rejects.toMatchObject({ kind: "unavailable", ambiguous: true });
  expect(broken.calls).toBe(1);
});

test("the wait is the one the vendor asked for", async () => {
  const start = performance.now();
  await callVendor(options(), failing(failure("rateLimited", 700)));
  expect(performance.now() - start).toBeGreaterThanOrEqual(690);
});

test("a wait beyond the deadline is not begun", async () => {
  const request = failing(failure("rateLimited", 3_600_000));
  await expect(callVendor(options(), request)).rejects.toMatchObject({ kind: "rateLimited" });
  expect(request.calls).toBe(1);
});

test("repeating ends", async () => {
  const request = failing(...Array.from({ length: 50 }, () => failure("unavailable", 0)));
  await expect(callVendor(options(), request)).rejects.toMatchObject({ kind: "unavailable" });
  expect(request.calls).toBe(7);
});

test("cancelling ends a call under way and a wait between two at once", async () => {
  for (const request of [
    () => new Promise<never>(() => {}),
    failing(failure("rateLimited", 60_000)),
  ]) {
    const controller = new AbortController();
    const call = callVendor(options({ signal: controller.signal }), request);
    setImmediate(() => controller.abort());
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  }
});

test("a cancelled call is not begun", async () => {
  const request = failing();
  const call = callVendor(options({ signal: AbortSignal.abort() }), request);
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  expect(request.calls).toBe(0);
});

test("after an ambiguous failure, what was made is found and not made again", async () => {
  const create = failing(failure("unreachable"));
  expect(await createOnce(create, async () => "found")).toBe("found");
  expect(create.calls).toBe(1);
});

test("after an ambiguous failure that made nothing, it is made again, a few times", async () => {
  const once = failing(failure("timeout"));
  expect(await createOnce(once, async () => undefined)).toBe("answer");
  expect(once.calls).toBe(2);
  const always = failing(...Array.from({ length: 9 }, () => failure("timeout")));
  const call = createOnce(always, async () => undefined);
  await expect(call).rejects.toMatchObject({ kind: "timeout" });
  expect(always.calls).toBe(3);
});

test("after a plain refusal, nothing is looked for", async () => {
  const call = createOnce(failing(failure("conflict")), async () => "found");
  await expect(call).rejects.toMatchObject({ kind: "conflict" });
});

const request = { method: "POST", authorization: "Bearer canary", body: { a: 1 } } as const;
const classify = classifierOf((body) => (body as { code?: unknown } | undefined)?.code);

/** A vendor that answers everything in one way. */
async function vendorThat(answers: (app: Hono) => Hono) {
  const server = await serve(answers(new Hono()));
  onTestFinished(() => server.close());
  return server;
}

test("JSON goes out with the credential, and JSON comes back", async () => {
  const { url } = await vendorThat((app) =>
    app.all("*", async (c) => {
      const { authorization, "content-type": type } = c.req.header();
      return c.json({ method: c.req.method, authorization, type, body: await c.req.text() });
    }),
  );
  const { signal } = options();
  expect(await requestJson(url, { ...request, signal })).toEqual({
    method: "POST",
    authorization: "Bearer canary",
    type: "application/json",
    body: '{"a":1}',
  });
  const read = { method: "GET", authorization: "Bearer canary", signal } as const;
  const answer = { method: "GET", authorization: "Bearer canary", body: "" };
  expect(await requestJson(url, read)).toEqual(answer);
});

test("a redirect is not followed, so the credential goes nowhere else", async () => {
  const server = await vendorThat((app) => app.all("*", (c) => c.redirect("/elsewhere")));
  const { signal } = options();
  const error = await requestJson(server.url, { ...request, signal }).catch((reason) => reason);
  expect(classify(error, options())).toMatchObject({ kind: "unreachable" });
  expect(server.requests.map(({ path }) => path)).toEqual(["/"]);
});

test("a refusal is told by status, the vendor's code and the wait, without its text", async () => {
  const { url } = await vendorThat((app) =>
    app.all("*", (c) => c.json({ code: "slow_down", text: "hidden" }, 429, { "retry-after": "2" })),
  );
  const { signal } = options();
  const error = await requestJson(url, { ...request, signal }).catch((reason) => reason);
  const told = classify(error, options());
  const expected = { status: 429, kind: "rateLimited", vendorCode: "slow_down", retryAfter: 2000 };
  expect(told).toMatchObject(expected);
  expect(told.message).not.toContain("hidden");
});
