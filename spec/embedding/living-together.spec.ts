/** Node keeps what is Node's while Python is in its process. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { lodging, startLodger } from './lodgers.js';

/** Of this process: signals that are blocked, ignored, caught. */
function signals(): string[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  return status.split('\n').filter((line) => /^Sig(Blk|Ign|Cgt)/.test(line));
}

t.test('signals, environment and locale are as before', async (t) => {
  const before = { signals: signals(), environment: { ...process.env } };
  const { lodger } = await startLodger(t);
  t.same({ signals: signals(), environment: { ...process.env } }, before);
  const locale =
    'import ctypes\nf = ctypes.CDLL(None).setlocale\nf.restype = ctypes.c_char_p\nresult = f(6, None).decode()';
  t.equal(lodger.sync.run(locale), 'C');
  t.equal(lodger.sync.run('import sys\nresult = sys.getfilesystemencoding()'), 'utf-8');
});

t.test('a signal that the program listens to since Python began to start reaches it', async (t) => {
  // What every Python runs at its start: this one waits until the program has set its handler. The runner of specs listens to other signals itself.
  const folder = t.testdir({
    'sitecustomize.py': `
import os, time
folder = os.path.dirname(__file__)
if os.getpid() == int(os.environ["HOST_PID"]):
    open(os.path.join(folder, "begun"), "w").close()
    end = time.monotonic() + 10
    while not os.path.exists(os.path.join(folder, "listening")) and time.monotonic() < end:
        time.sleep(0.001)
`,
  });
  const { stdout } = await program(
    `process.once('SIGWINCH', () => { console.log('caught'); process.exit(); });
     process.kill(process.pid, 'SIGWINCH');
     setTimeout(() => {}, 2_000);`,
    {
      before: `process.env.HOST_PID = process.pid; process.env.PYTHONPATH = '${folder}';`,
      meanwhile: `
        const { existsSync, writeFileSync } = await import('node:fs');
        while (!existsSync('${folder}/begun')) await new Promise(setImmediate);
        process.on('SIGWINCH', () => {});
        writeFileSync('${folder}/listening', '');`,
    },
  );
  t.equal(stdout, 'caught\n');
});

t.test('Ctrl-C is Node’s, also while Python computes', async (t) => {
  const { lodger } = await startLodger(t);
  const caught = once(process, 'SIGINT');
  const computed = lodger.run(
    'import time\nend = time.monotonic() + 0.3\nwhile time.monotonic() < end: pass',
  );
  process.kill(process.pid, 'SIGINT');
  await caught;
  await computed;
  t.pass('and Python has gone on');
});

t.test('children of Node and of Python are reaped by who started them', async (t) => {
  const { lodger } = await startLodger(t);
  const source =
    'import subprocess, sys\nresult = subprocess.run([sys.executable, "-c", "import sys; sys.exit(5)"]).returncode';
  const [ofPython, ...ofNode] = await Promise.all([
    lodger.run(source),
    ...[3, 4].map(async (code) => (await once(spawn('sh', ['-c', `exit ${code}`]), 'exit'))[0]),
  ]);
  t.equal(ofPython, '5');
  t.same(ofNode, [3, 4]);
});

t.test('processes of multiprocessing, and forks, work', async (t) => {
  const { lodger } = await startLodger(t);
  for (const method of ['spawn', 'forkserver', 'fork']) {
    const source = `import multiprocessing, math\nwith multiprocessing.get_context("${method}").Pool(2) as pool:\n  result = pool.map(math.factorial, [3, 4, 5])`;
    t.equal(await lodger.run(source), '[6, 24, 120]', method);
  }
  const fork =
    'import os\npid = os.fork()\nif pid == 0: os._exit(9)\nresult = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])';
  t.equal(await lodger.run(fork), '9');
  t.equal(lodger.sync.ask(1), '0!', 'and the session goes on');
});

t.test('asyncio has processes and threads in the worker', async (t) => {
  const { lodger } = await startLodger(t);
  const source = `
import asyncio, sys
async def main():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(6 * 7)", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output.decode().strip() + " " + str(await asyncio.to_thread(lambda: process.returncode))
result = asyncio.run(main())
`;
  t.equal(lodger.sync.run(source), '42 0');
});

/** Runs a program in a Node of its own, with a lodger in it. `before` is run before that one starts, `meanwhile` while it does. */
async function program(
  source: string,
  { input = '', before = '', meanwhile = '' } = {},
): Promise<{ stdout: string; stderr: string }> {
  const whole = `
    import { embed } from 'ringsnake';
    import { LandlordServer, LodgerClient } from '${join(root, 'dist/spec/support/lodging/lodging.gen.js')}';
    ${before}
    const starting = embed({ module: '${lodging}', python: '${pythonCommand()}', serves: [new LandlordServer({ answer: (q) => q, climb: (n) => n })] });
    ${meanwhile}
    const worker = await starting;
    const lodger = worker.client(LodgerClient);
    ${source}`;
  const running = promisify(execFile)(process.execPath, ['--input-type=module', '-e', whole], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  running.child.stdin?.end(input);
  return await running;
}

t.test('standard input is Node’s', async (t) => {
  const { stdout } = await program(
    `console.log(JSON.stringify(lodger.sync.run('import sys\\nresult = sys.stdin.read()')));
     for await (const chunk of process.stdin) console.log(String(chunk));`,
    { input: 'for Node' },
  );
  t.equal(stdout, '""\nfor Node\n');
});

t.test(
  'all that Python prints arrives, also where Node has made its output non-blocking',
  async (t) => {
    const { stdout, stderr } = await program(
      `process.stdout.write('');
     process.stderr.write('');
     await lodger.run('import sys\\nprint("o" * 3000000)\\nprint("e" * 3000000, file=sys.stderr)');`,
    );
    t.equal(stdout.length, 3_000_001);
    t.equal(stderr.replace(/^.*Warning.*\n/gm, '').length, 3_000_001);
  },
);

t.test('digests are those of Python’s own OpenSSL', async (t) => {
  const { lodger } = await startLodger(t);
  const source =
    'import hashlib, ssl\nresult = [hashlib.new(name, b"ringsnake").hexdigest() for name in ("sha256", "sha3_512", "blake2b", "md5")] + [ssl.OPENSSL_VERSION]';
  const command = execFileSync(pythonCommand(), ['-c', `${source}\nprint(result)`]);
  t.equal(lodger.sync.run(source), command.toString().trim());
});

t.test('Python shakes hands with Node over TLS', async (t) => {
  const { lodger } = await startLodger(t);
  const pem = (part: string) => join(root, 'spec', 'fixtures', 'tls', `localhost.${part}.pem`);
  const server = createServer({ key: readFileSync(pem('key')), cert: readFileSync(pem('cert')) });
  server.on('secureConnection', (socket) => socket.end(`${socket.getProtocol()} from Node`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const source = `
import socket, ssl
context = ssl.create_default_context(cafile=${JSON.stringify(pem('cert'))})
with socket.create_connection(("127.0.0.1", ${port})) as plain:
    with context.wrap_socket(plain, server_hostname="localhost") as secure:
        result = secure.recv(100).decode()
`;
  t.equal(await lodger.run(source), 'TLSv1.3 from Node');
});
