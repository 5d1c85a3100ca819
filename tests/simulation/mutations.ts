import { parseArgs } from 'node:util';
import { plantEach } from '../support/planting.ts';
import { mutations } from './planted-bugs.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '5000' }, only: { type: 'string' } } });
await plantEach(mutations, ['tests/simulation/run.ts', '--seeds', values.seeds], values.only);
