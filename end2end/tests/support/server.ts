// The server under test, and servers of a test's own.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { expect } from '@playwright/test';

export class Server {
  constructor(
    readonly url: string,
    private readonly data: string,
    private readonly process?: ChildProcess,
  ) {}

  /** The code that was mailed to this address last. */
  async mailedCode(email: string, after = 0): Promise<string> {
    let code: string | undefined;
    await expect
      .poll(async () => (code = (await this.codesFor(email))[after]), { message: `a code for ${email}` })
      .toBeDefined();
    return code as string;
  }

  /** All codes that were mailed to this address, the oldest first. */
  async codesFor(email: string): Promise<string[]> {
    const outbox = join(this.data, 'outbox');
    const names = (await readdir(outbox)).filter((name) => name.endsWith('.eml')).sort();
    const letters = await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')));
    const theirs = letters.filter((letter) => letter.includes(`\nTo: ${email}\n`));
    return theirs.flatMap((letter) => /^\d{6}$/m.exec(letter) ?? []);
  }

  async stop(): Promise<void> {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process?.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
    await rm(this.data, { recursive: true, force: true });
  }
}

/** The one that `cargo xtask e2e` started. */
export function theServer(): Server {
  const { E2E_BASE_URL: url, E2E_DATA: data } = process.env;
  if (!url || !data) throw new Error('E2E_BASE_URL and E2E_DATA are not set: run `cargo xtask e2e`');
  return new Server(url.replace(/\/$/, ''), data);
}

/** Starts the built binary with these settings on a free port, with a data folder of its own. */
export async function startServer(settings: Record<string, string>): Promise<Server> {
  const binary = process.env.ANAMNESIS_BIN;
  if (!binary) throw new Error('ANAMNESIS_BIN is not set: run `cargo xtask e2e`');
  const data = await mkdtemp(join(tmpdir(), 'anamnesis-e2e-'));
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ANAMNESIS_') && name !== 'DATABASE_URL');
  const child = spawn(binary, ['serve'], {
    cwd: data,
    env: {
      ...Object.fromEntries(inherited),
      ANAMNESIS_ADDR: '127.0.0.1:0',
      ANAMNESIS_DATA: data,
      ANAMNESIS_DEMO: '1',
      ANAMNESIS_LIMITS: 'off',
      ANAMNESIS_LOG: 'warn',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      const found = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the server ended before it listened:\n${said.join('\n')}`)));
    child.once('error', reject);
  });
  return new Server(url.replace(/\/$/, ''), data, child);
}
