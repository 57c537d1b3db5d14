// A foreign ActivityPub server for the tests, on Fedify: one person who follows, and remembers what arrives.
//
// Started with one argument, JSON: {"port": …, "host": "fedify.localhost", "firstKnock": "rfc9421"}. It takes
// one order as JSON per line on its input, answers each with a line, and ends with its input.
import dns from "node:dns";
import { createServer } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { createInterface } from "node:readline";

const { port, host, firstKnock = "rfc9421" } = JSON.parse(process.argv[2]);
const origin = `http://${host}:${port}`;
const LOOPBACK = "127.0.0.1";

// Names below .localhost are this machine (RFC 6761), which Node leaves to the system's resolver.
const lookUp = dns.lookup;
dns.lookup = (name, options, callback) => {
  const done = callback ?? options;
  if (!name.endsWith(".localhost")) return lookUp(name, options, callback);
  return options.all ? done(null, [{ address: LOOPBACK, family: 4 }]) : done(null, LOOPBACK, 4);
};
syncBuiltinESMExports();

// Fedify asks for acct: addresses by https alone; on the loopback nobody has a certificate.
const fetchAnything = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== "https:" || !url.hostname.endsWith(".localhost")) return fetchAnything(input, init);
  url.protocol = "http:";
  return fetchAnything(input instanceof Request ? new Request(url, input) : url, init);
};

const fedify = await import("@fedify/fedify");
const vocab = await import("@fedify/fedify/vocab");
const { Create, Update, Delete, Accept, Follow, Undo, Flag, Person, Endpoints } = vocab;

const federation = fedify.createFederation({
  kv: new fedify.MemoryKvStore(),
  origin,
  allowPrivateAddress: true,
  firstKnock,
});
const keyPairs = await Promise.all(
  ["RSASSA-PKCS1-v1_5", "Ed25519"].map((kind) => fedify.generateCryptoKeyPair(kind)),
);
const WHO = "anna";
let signatures = "any";
let arrived = [];
let refused = 0;

federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    if (identifier !== WHO) return null;
    const keys = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Anna Auswärts",
      inbox: context.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: keys[0].cryptographicKey,
      assertionMethods: keys.map((key) => key.multikey),
    });
  })
  .setKeyPairsDispatcher((_context, identifier) => (identifier === WHO ? keyPairs : []));

// What Fedify hands over here has passed its own checks of signature and origin.
const note = async (context, activity) => {
  const object = activity instanceof Accept ? null : await activity.getObject(context);
  arrived.push({
    type: activity.constructor.name,
    id: activity.id.href,
    actor: activity.actorId?.href,
    object: activity.objectId?.href ?? null,
    kind: object?.constructor.name ?? null,
    title: object?.name?.toString() ?? null,
    content: object?.content?.toString() ?? null,
  });
};
federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Accept, note)
  .on(Create, note)
  .on(Update, note)
  .on(Delete, note)
  .onError((_context, error) => console.error(error));

const context = federation.createContext(new URL(origin), undefined);
const sender = { identifier: WHO };
const own = (path) => new URL(path, origin);
const json = async (object) => (object == null ? null : await object.toJsonLd({ contextLoader: context.contextLoader }));

// sendActivity throws what the other server answered, which is what a test wants to read.
const send = async (recipient, activity) => {
  await context.sendActivity(sender, recipient, activity, { preferSharedInbox: false });
  return activity.id.href;
};

const orders = {
  follow: async ({ actor, id }) => {
    const followed = await context.lookupObject(actor);
    return await send(followed, new Follow({
      id: own(`/follows/${id}`), actor: context.getActorUri(WHO), object: followed.id,
    }));
  },
  undo: async ({ actor, id }) => {
    const followed = await context.lookupObject(actor);
    const follow = new Follow({
      id: own(`/follows/${id}`), actor: context.getActorUri(WHO), object: followed.id,
    });
    return await send(followed, new Undo({
      id: own(`/undos/${id}`), actor: context.getActorUri(WHO), object: follow,
    }));
  },
  flag: async ({ actor, id, objects, content }) => await send(await context.lookupObject(actor), new Flag({
    id: own(`/flags/${id}`), actor: context.getActorUri(WHO), content, objects: objects.map((each) => new URL(each)),
  })),
  lookup: async ({ address }) => {
    const object = await context.lookupObject(address);
    return object && { kind: object.constructor.name, json: await json(object) };
  },
  read: async ({ address, limit = 1000 }) => {
    const items = [];
    const collection = await context.lookupObject(address);
    for await (const item of context.traverseCollection(collection)) {
      items.push({ kind: item.constructor.name, id: item.id?.href ?? null, object: item.objectId?.href ?? null });
      if (items.length >= limit) break;
    }
    return { kind: collection.constructor.name, total: collection.totalItems, items };
  },
  webfinger: async ({ resource }) => await context.lookupWebFinger(resource),
  // "any", or "older": then nothing signed by RFC 9421 is taken, as servers do that only read the draft.
  signatures: ({ accepted }) => (signatures = accepted),
  arrived: () => ({ arrived, refused }),
  forget: () => ((arrived = []), (refused = 0)),
};

const body = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const answer = async (request) => {
  if (signatures === "older" && request.headers["signature-input"]) {
    return new Response("only draft-cavage-12 is read here", { status: 401 });
  }
  const sent = ["GET", "HEAD"].includes(request.method) ? undefined : await body(request);
  const asked = new Request(origin + request.url, { method: request.method, headers: request.headers, body: sent });
  return await federation.fetch(asked, { contextData: undefined });
};
createServer(async (request, response) => {
  let answered;
  try {
    answered = await answer(request);
  } catch (error) {
    console.error(error);
    answered = new Response(String(error), { status: 500 });
  }
  if (request.method === "POST" && answered.status >= 400) refused += 1;
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}).listen(port, LOOPBACK, () => say({ origin, actor: context.getActorUri(WHO).href }));

const say = (line) => process.stdout.write(JSON.stringify(line ?? null) + "\n");
const obey = async (line) => {
  const { do: name, ...details } = JSON.parse(line);
  try {
    say({ result: (await orders[name](details)) ?? null });
  } catch (error) {
    console.error(error);
    say({ error: String(error) });
  }
};
let queue = Promise.resolve();
createInterface({ input: process.stdin })
  .on("line", (line) => (queue = queue.then(() => obey(line))))
  .on("close", () => process.exit(0));
