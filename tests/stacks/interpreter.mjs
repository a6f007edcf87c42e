// Runs a definition with an interpreter that is not moto's: https://www.npmjs.com/package/aws-local-stepfunctions
//
// Reads lines of JSON: the definition, then lists of scenarios, and answers each list with a line: what came of every
// scenario. Time is not slept but skipped: the next timer is due as soon as nothing else is left to do.

import { createInterface } from 'node:readline';
import { setImmediate as idle } from 'node:timers/promises';
import { StateMachine } from 'aws-local-stepfunctions';

let now = 0;
let last = 0;
const timers = new Map();

globalThis.setTimeout = (callback, milliseconds = 0) => {
  timers.set(++last, { at: now + milliseconds, callback });
  return last;
};
globalThis.clearTimeout = (timer) => timers.delete(timer);
// A wait that is drawn by lot is as long as it may be.
Math.random = () => 1 - Number.EPSILON;

function skipToNextTimer() {
  const [timer, { at, callback }] = [...timers].reduce((first, each) => (each[1].at < first[1].at ? each : first));
  timers.delete(timer);
  now = at;
  callback();
}

// A task answers what its script says: each answer `times` over, or until a second of the execution; the last one for good.
function task(name, script, calls) {
  const answers = script.flatMap(({ times = 1, ...answer }) => Array(times).fill(answer));
  return async (input) => {
    calls.push({ state: name, at: now / 1000, input });
    while (answers.length > 1 && answers[0].until <= now / 1000) answers.shift();
    const [answer] = answers;
    if (answers.length > 1 && answer.until === undefined) answers.shift();
    if (answer.hangs) return new Promise(() => {});
    if (answer.error) throw Object.assign(new Error('as the script says'), { name: answer.error });
    return { ...(name in WITH_OWN_INPUT ? {} : input), ...answer.result };
  };
}

// Its input is the execution's context, which it does not hand on.
const WITH_OWN_INPUT = { 'Choose date': true };

async function run(machine, { input, context, script }) {
  now = 0;
  timers.clear();
  const tasks = Object.entries(machine.definition.States).filter(([, state]) => state.Type === 'Task');
  const calls = [];
  const handlers = Object.fromEntries(tasks.map(([name]) => [name, task(name, script[name] ?? [{}], calls)]));
  const execution = machine.run(input, {
    context,
    overrides: { taskResourceLocalHandlers: handlers },
  });
  const told = { calls };
  let ended = false;
  execution.result
    .then((output) => Object.assign(told, { output }))
    .catch((error) => Object.assign(told, { error: (error.cause ?? error).name }))
    .finally(() => (ended = true));
  for (;;) {
    await idle();
    if (ended) break;
    skipToNextTimer();
  }
  told.seconds = now / 1000;
  told.states = [];
  for await (const event of execution.eventLogs) if (event.type === 'StateEntered') told.states.push(event.state.name);
  return told;
}

let machine;
for await (const line of createInterface({ input: process.stdin })) {
  const read = JSON.parse(line);
  if (!machine) {
    // Its own check of the definition takes longer than a hundred runs.
    machine = new StateMachine(read);
    continue;
  }
  const ran = [];
  for (const scenario of read) ran.push(await run(machine, scenario));
  console.log(JSON.stringify(ran));
}
