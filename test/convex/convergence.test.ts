import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { accepted, type Backend, rows, send, startBackend } from "./backend.ts";
import { address, created, deleted, t0, updated } from "./clerk.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A user's life at Clerk: each step is a change of the profile, in the order in which Clerk made it. */
interface Life {
  id: string;
  events: ReturnType<typeof created>[];
  /** The profile after the last step, as the backend is to hold it; undefined once deleted. */
  end: Profile | undefined;
}

interface Profile {
  clerkId: string;
  email?: string;
  firstName?: string;
  lastName?: string;
}

const name = fc.constantFrom(null, "Ada", "Zoë", "李", "👩‍🔬");
const email = fc.constantFrom(null, "ada@example.com", "zoë@example.com");
const profile = fc.record({ firstName: name, lastName: name, email });

/** @param least the fewest milliseconds between two changes; with 0, clocks may stand still */
function life(id: string, least: 0 | 1): fc.Arbitrary<Life> {
  const step = fc.record({
    profile,
    clock: fc.integer({ min: least, max: 2 }),
    delay: fc.integer({ min: 0, max: 2 }),
  });
  return fc
    .record({ steps: fc.array(step, { minLength: 1, maxLength: 5 }), isDeleted: fc.boolean() })
    .map(({ steps, isDeleted }) => {
      let clock = t0;
      const events: Life["events"] = steps.map(({ profile, ...step }, index) => {
        clock += step.clock;
        const changes = { ...asClerkHasIt(id, profile), updated_at: clock };
        return (index === 0 ? created : updated)(changes, clock + step.delay);
      });
      const last = steps.at(-1)?.profile;
      if (isDeleted) events.push(deleted(id, clock));
      return { id, events, end: isDeleted || !last ? undefined : asStored(id, last) };
    });
}

function asClerkHasIt(id: string, { firstName, lastName, email }: Values) {
  return {
    id,
    first_name: firstName,
    last_name: lastName,
    image_url: null,
    primary_email_address_id: email && "idn_1",
    email_addresses: email ? [address("idn_1", email)] : [],
  };
}

type Values = Record<"firstName" | "lastName" | "email", string | null>;

function asStored(clerkId: string, values: Values): Profile {
  const known = Object.entries(values).filter(([, value]) => value !== null);
  return { clerkId, ...Object.fromEntries(known) };
}

function lives(least: 0 | 1) {
  return fc.tuple(life("user_1", least), life("user_2", least), life("user_3", least));
}

/** The deliveries of all the lives, each at least once, some again, in any order. */
function shuffled(all: Life[]): fc.Arbitrary<unknown[]> {
  const once = all.flatMap(({ events }) => events);
  return fc
    .array(fc.constantFrom(...once), { maxLength: 6 })
    .chain((again) =>
      fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }),
    );
}

async function deliverAll(deliveries: unknown[]): Promise<Backend> {
  const t = startBackend();
  for (const event of deliveries) expect(await send(t, event)).toEqual(accepted);
  return t;
}

/** What is stored, apart from what depends on when a row was made. */
async function outcome(t: Backend) {
  const { users, deletedUsers } = await rows(t);
  return {
    users: users.map(({ _id, _creationTime, ...row }) => row).sort(byClerkId),
    deleted: deletedUsers.map(({ clerkId }) => clerkId).sort(),
  };
}

function byClerkId(a: { clerkId: string }, b: { clerkId: string }): number {
  return a.clerkId < b.clerkId ? -1 : 1;
}

const profiles = async (t: Backend) =>
  (await outcome(t)).users.map(({ updatedAt, eventTimestamp, ...profile }) => profile);

const ends = (all: Life[]) => all.flatMap(({ end }) => end ?? []);

test("any order and repetition of the deliveries ends as the order of the events does", async () => {
  const example = lives(0).chain((all) => fc.tuple(fc.constant(all), shuffled(all)));
  await fc.assert(
    fc.asyncProperty(example, async ([all, deliveries]) => {
      const inOrder = await deliverAll(all.flatMap(({ events }) => events));
      expect(await outcome(await deliverAll(deliveries))).toEqual(await outcome(inOrder));
    }),
  );
});

test("while Clerk's clock moves, every user ends as Clerk has it", async () => {
  const example = lives(1).chain((all) => fc.tuple(fc.constant(all), shuffled(all)));
  await fc.assert(
    fc.asyncProperty(example, async ([all, deliveries]) => {
      expect(await profiles(await deliverAll(deliveries))).toEqual(ends(all));
    }),
  );
});

test("any deliveries may be lost as long as each user's last one comes", async () => {
  const example = lives(1).chain((all) => {
    const last = all.map(({ events }) => events.at(-1));
    const others = all.flatMap(({ events }) => events.slice(0, -1));
    const come = fc
      .subarray(others)
      .chain((some) =>
        fc.shuffledSubarray([...some, ...last], { minLength: some.length + last.length }),
      );
    return fc.tuple(fc.constant(all), come);
  });
  await fc.assert(
    fc.asyncProperty(example, async ([all, deliveries]) => {
      expect(await profiles(await deliverAll(deliveries))).toEqual(ends(all));
    }),
  );
});

test("an outage that loses the first deliveries is made good when they are sent again", async () => {
  const example = lives(0).chain((all) => {
    const events = all.flatMap((each) => each.events);
    return fc.tuple(fc.constant(events), fc.nat({ max: events.length }));
  });
  await fc.assert(
    fc.asyncProperty(example, async ([events, lost]) => {
      const late = await deliverAll([...events.slice(lost), ...events.slice(0, lost)]);
      expect(await outcome(late)).toEqual(await outcome(await deliverAll(events)));
    }),
  );
});

test("once all is delivered, sending any of it again leaves every row as it is", async () => {
  const example = lives(0).chain((all) => fc.tuple(shuffled(all), shuffled(all)));
  await fc.assert(
    fc.asyncProperty(example, async ([deliveries, again]) => {
      const t = await deliverAll(deliveries);
      const settled = await rows(t);
      for (const event of again) expect(await send(t, event)).toEqual(accepted);
      expect(await rows(t)).toStrictEqual(settled);
    }),
  );
});
