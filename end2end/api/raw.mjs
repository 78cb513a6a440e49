// Bytes that no client library sends. Each is answered within a second, with what is expected, and never by a 5xx.
import { connect } from 'node:net';

const { hostname, port } = new URL(process.env.USHER_URL);
const head = `Host: ${hostname}:${port}\r\nConnection: close\r\nAuthorization: Bearer ${process.env.USHER_TOKEN}\r\n`;
const get = (target, more = '') => `GET ${target} HTTP/1.1\r\n${head}${more}\r\n`;
const post = (more, body = '') =>
  `POST /api/v1/requests HTTP/1.1\r\n${head}Content-Type: application/json\r\n${more}\r\n${body}`;
const sized = (body) => post(`Content-Length: ${Buffer.byteLength(body)}\r\n`, body);
const method = (name) => `${name} /api/v1/people HTTP/1.1\r\n${head}\r\n`;
const deep = 100_000;

// Name, bytes, statuses that are in order. What hyper refuses before us has no body.
const cases = [
  ['a list', get('/api/v1/people'), [200]],
  ['HEAD', method('HEAD'), [200]],
  ...['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'get', 'A'.repeat(100)].map((name) =>
    [`the method ${name.slice(0, 10)}`, method(name), [405]]),
  ...['/api/v1/people/', '/api/v1/people//', '/api//v1/people', '/api/v2/people', '/api/v1/people%2f', '/api/v1/people;x',
    '/api/v1/../v1/people', '/api/v1/people\\', '/api/v1/requests/%00', '/api/v1/requests/%ff', '/api/v1/requests/..%2f'].map(
    (target) => [`the address ${target}`, get(target), [404]]),
  ['a NUL in the address', get('/api/v1/people?q=\0'), [400]],
  ['no UTF-8 in the address', Buffer.from(get('/api/v1/people?q=\xff'), 'latin1'), [200, 400]],
  ['an address of 60 kB', get(`/api/v1/people?q=${'a'.repeat(60_000)}`), [400]],
  ['an address of 1 MB', get(`/api/v1/people?q=${'a'.repeat(1_000_000)}`), [414, 431]],
  ['a header of 1 MB', get('/api/v1/people', `X: ${'y'.repeat(1_000_000)}\r\n`), [431]],
  ['1,000 headers', get('/api/v1/people', 'X: y\r\n'.repeat(1_000)), [431]],
  ['a NUL in a header', get('/api/v1/people', 'X: a\0b\r\n'), [400]],
  ['two tokens', get('/api/v1/people', 'Authorization: Bearer other\r\n'), [401]],
  ['chunks', post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'), [422]],
  ['a broken chunk', post('Transfer-Encoding: chunked\r\n', 'ZZ\r\n{}\r\n0\r\n\r\n'), [400]],
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), [400]],
  ['a negative length', post('Content-Length: -1\r\n'), [400]],
  ['a length beyond 64 bits', post('Content-Length: 99999999999999999999\r\n'), [400]],
  ['10 GB that never come', post('Content-Length: 9999999999\r\n', '{}'), [413]],
  ['1 MB', sized(`{"items":[],"reason":"${'a'.repeat(1_000_000)}"}`), [413]],
  ['a depth of 100,000', sized('['.repeat(deep) + ']'.repeat(deep)), [422]],
  ['an open depth of 100,000', sized(`{"for":${'['.repeat(deep)}`), [400, 422]],
  ['the same key twice', sized('{"reason":"a","reason":"b","items":[]}'), [422]],
  ['a name of 200 kB', sized(`{"${'k'.repeat(200_000)}":1}`), [422]],
  ['50,000 items', sized(`{"items":[${'{},'.repeat(50_000)}{}],"reason":"x"}`), [422]],
  ['a number of 200 kB', sized(`1e${'9'.repeat(200_000)}`), [400, 422]],
  ['half a surrogate', sized(String.raw`{"reason":"\ud800","items":[]}`), [400, 422]],
  ['a byte order mark', sized('\ufeff{}'), [400]],
];

function send(bytes) {
  return new Promise((resolve) => {
    const began = performance.now();
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    const done = () => {
      socket.destroy();
      resolve({ answer, took: performance.now() - began });
    };
    socket.setTimeout(5_000, done);
    socket.on('data', (data) => { answer += data; });
    // A server that refuses early closes while the rest is on its way.
    socket.on('error', done);
    socket.on('end', done);
  });
}

let faults = 0;
for (const [name, bytes, expected] of cases) {
  const { answer, took } = await send(bytes);
  const status = Number(answer.split(' ')[1]);
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  const isProblem = answer.toLowerCase().includes('content-type: application/problem+json') && body.length < 2_000;
  const wrong = [
    !expected.includes(status) && `answered ${answer.split('\r\n')[0] || 'nothing'} and not ${expected.join(' or ')}`,
    took > 1_000 && `took ${Math.round(took)} ms`,
    status >= 400 && body !== '' && !isProblem && 'answered no short problem',
    status === 405 && !/^allow:/im.test(answer) && 'did not say which methods are allowed',
  ].filter(Boolean);
  if (wrong.length > 0) {
    faults += 1;
    console.error(`  ${name}: ${wrong.join(', ')}`);
  }
}
console.log(`  ${cases.length} sent, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
