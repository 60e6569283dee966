// Clients that are not ours: the examples of docs/api.md as they stand there, Python's `websockets`, the browser's own
// `WebSocket`, each through every door.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { APIRequestContext } from '@playwright/test';

import { expect, newPerson, test } from './support/fixtures';
import type { Server } from './support/server';

const run = promisify(execFile);
const python = process.env.PYTHON;
const QUESTION = 'How do I bring a fever down?';

interface Tokens {
  access_token: string;
  user: { id: string };
}

/** Somebody who signs up by REST, as a program does. */
async function signUp(request: APIRequestContext, server: Server): Promise<Tokens> {
  const person = newPerson();
  const post = async (path: string, data: object) => {
    const answer = await request.post(server.url + path, { data });
    expect(answer.status(), await answer.text()).toBe(200);
    return answer.json();
  };
  await post('/auth/signup', { ...person, first_name: 'Ida', last_name: 'Test' });
  return post('/auth/verify-email', { email: person.email, code: await server.mailedCode(person.email) });
}

async function newConversation(request: APIRequestContext, server: Server, token: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const made = await request.post(`${server.url}/api/chat/conversations`, { data: {}, headers });
  expect(made.status()).toBe(201);
  return (await made.json()).id;
}

/** The one block of this language in the documentation. */
async function example(language: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? '';
}

interface Visit {
  door: string;
  path: string;
  /** What is sent once the door is open. */
  send: object;
  /** The types of frames that must come, the last of them ends the visit. */
  types: string[];
}

/** A way through each door; the one through door 2 needs a conversation. */
function visits(conversation: string, user: string): Visit[] {
  return [
    {
      door: '1',
      path: '/ws/chat?stream=1',
      send: { type: 'user_message', id: 'q1', content: { text: QUESTION } },
      types: ['message', 'ack', 'status', 'stream_chunk', 'conversation_updated'],
    },
    {
      door: '2',
      path: `/ws/chat/${conversation}`,
      send: { type: 'message', id: 'q2', content: QUESTION },
      types: ['message_received', 'streaming_response', 'conversation_updated'],
    },
    { door: '3', path: '/chat/ws', send: { message: QUESTION }, types: ['connected', 'typing', 'response'] },
    {
      door: '4',
      path: `/ws/${user}`,
      send: { type: 'diagnosis', data: { narrative: '45 year old man, three days of fever and cough, T 38.4' } },
      types: ['progress', 'stream_chunk', 'complete'],
    },
  ];
}

test('the example in JavaScript is answered @any-screen', async ({ page, server, request }) => {
  const { access_token: token } = await signUp(request, server);
  await page.goto('/');
  const code = `(async () => { ${await example('js')}
    return ask(${JSON.stringify(server.url)}, ${JSON.stringify(token)}, ${JSON.stringify(QUESTION)}); })()`;
  expect(await page.evaluate(code)).toContain('not a doctor');
});

test('the example in Python is answered @any-screen', async ({ server, request }) => {
  test.skip(!python, 'no Python with `websockets` could be had');
  const { access_token: token } = await signUp(request, server);
  const folder = await mkdtemp(join(tmpdir(), 'anamnesis-example-'));
  try {
    const file = join(folder, 'ask.py');
    await writeFile(file, await example('python'));
    const { stdout } = await run(python as string, [file, server.url, token, QUESTION]);
    expect(stdout).toContain('not a doctor');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a browser of its own goes through each door @any-screen', async ({ page, server, request }) => {
  const { access_token: token, user } = await signUp(request, server);
  await page.goto('/');
  for (const visit of visits(await newConversation(request, server, token), user.id)) {
    const seen = await page.evaluate(
      ({ address, send, last }) =>
        new Promise<string[]>((resolve, reject) => {
          const types: string[] = [];
          const socket = new WebSocket(address);
          socket.onclose = ({ code, reason }) => reject(new Error(`closed: ${code} ${reason}`));
          socket.onopen = () => socket.send(JSON.stringify(send));
          socket.onmessage = ({ data }) => {
            types.push(JSON.parse(data).type);
            if (types.at(-1) !== last) return;
            socket.onclose = null;
            socket.close();
            resolve(types);
          };
        }),
      {
        address: `${server.url.replace('http', 'ws')}${visit.path}${visit.path.includes('?') ? '&' : '?'}token=${token}`,
        send: visit.send,
        last: visit.types.at(-1) as string,
      },
    );
    expect([...new Set(seen)], `door ${visit.door}`).toEqual(expect.arrayContaining(visit.types));
    expect(seen, `door ${visit.door}`).not.toContain('error');
  }
});

/** Reads a visit a line, and prints the types that it saw. */
const VISITOR = `
import asyncio, json, sys
import websockets

async def visit(server, token, path, send, types):
    headers = {"Authorization": "Bearer " + token}
    async with websockets.connect(server.replace("http", "ws", 1) + path, additional_headers=headers) as socket:
        await socket.send(json.dumps(send))
        seen = []
        async for text in socket:
            seen.append(json.loads(text)["type"])
            if seen[-1] == types[-1]:
                return seen

async def main(server, token, visits):
    print(json.dumps([await visit(server, token, one["path"], one["send"], one["types"]) for one in visits]))

asyncio.run(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
`;

test('a client in Python goes through each door @any-screen', async ({ server, request }) => {
  test.skip(!python, 'no Python with `websockets` could be had');
  const { access_token: token, user } = await signUp(request, server);
  const all = visits(await newConversation(request, server, token), user.id);
  const { stdout } = await run(python as string, ['-c', VISITOR, server.url, token, JSON.stringify(all)]);
  const seen: string[][] = JSON.parse(stdout);
  for (const [n, visit] of all.entries()) {
    expect([...new Set(seen[n])], `door ${visit.door}`).toEqual(expect.arrayContaining(visit.types));
    expect(seen[n], `door ${visit.door}`).not.toContain('error');
  }
});
