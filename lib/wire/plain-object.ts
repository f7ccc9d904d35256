type Members = Record<string, unknown>;
type Maker = new () => Members;

/** V8 decides when it has made seven. */
const SAMPLES = 8;

/**
 * A constructor of plain objects with room for `count` members. V8 gives what a constructor makes the room that its first objects
 * needed: those are filled one after the other, and all are there until it has decided.
 */
function makerOf(count: number): Maker {
  // The prototype of a class could not be replaced.
  function Plain(): void {}
  Plain.prototype = Object.prototype;
  const Made = Plain as unknown as Maker;
  const samples: Members[] = [];
  while (samples.length < SAMPLES) {
    const sample = new Made();
    for (let i = 0; i < count; i++) sample[`member${i}`] = null;
    samples.push(sample);
  }
  return Made;
}

// One name for each, in a switch: V8 puts only what is known by its name into the code that calls it.
const Of0 = makerOf(0);
const Of1 = makerOf(1);
const Of2 = makerOf(2);
const Of3 = makerOf(3);
const Of4 = makerOf(4);
const Of5 = makerOf(5);
const Of6 = makerOf(6);
const Of7 = makerOf(7);
const Of8 = makerOf(8);

/**
 * An object without members that will have `count` of them. V8 gives a `{}` room for four, which is 32 bytes, and keeps the others in a
 * list that it makes anew for every third one.
 */
export function plainObject(count: number): Members {
  switch (count) {
    case 0:
      return new Of0();
    case 1:
      return new Of1();
    case 2:
      return new Of2();
    case 3:
      return new Of3();
    case 4:
      return new Of4();
    case 5:
      return new Of5();
    case 6:
      return new Of6();
    case 7:
      return new Of7();
    case 8:
      return new Of8();
    default:
      return {};
  }
}
