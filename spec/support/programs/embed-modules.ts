/** `embed-modules MODULE PYTHON…`: embeds one after the other, and prints what became of each: `ok`, or the code and message of the error. */
import { embed } from 'ringsnake';

const [, , module = '', ...pythons] = process.argv;
for (const python of pythons) {
  try {
    const worker = await embed({ module, python });
    await worker.close();
    console.log('ok');
  } catch (error) {
    const { code, message } = error as Error & { code: string };
    console.log(`${code} ${message}`);
  }
}
