// A worker process: looks at captures, or scores one. Whatever a capture does, it does it to this process, which its
// server ends when it takes too much. Without its server it ends by itself.
import { statSync } from 'node:fs';
import { type Message, saidBy } from '../../contract/index.ts';
import { keepCode } from '../../engine/host-start.ts';
import type { Order, Said } from './orders.ts';

function tell(said: Said): void {
  process.send?.(said);
}

async function obey(order: Order): Promise<Said> {
  switch (order.kind) {
    case 'look': {
      const { look } = await import('./look.ts');
      return { kind: 'looked', look: await look(order) };
    }
    case 'score': {
      const { judge } = await import('./judge.ts');
      return { kind: 'scored', summary: await judge(order, statSync(order.path).size, tell) };
    }
    case 'export': {
      const { exportResult } = await import('./export.ts');
      await exportResult(order);
      return { kind: 'exported' };
    }
  }
}

const failed = (message: Message): Said => ({ kind: 'failed', message });

process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  obey(order).then(tell, (error: unknown) => tell(failed(saidBy(error))));
});
const [code] = process.argv.slice(2);
if (code !== undefined && code !== '') keepCode(code);
tell({ kind: 'ready' });
