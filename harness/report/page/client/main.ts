// What the page does beyond being read. It is complete without: nothing below makes a figure.
import { addCopyButtons } from './copy.ts';
import { addExamples } from './examples.ts';
import { addPanel } from './panel.ts';
import { openForPrint } from './print.ts';
import { enliven, enlivenRunLists } from './tables.ts';
import { addThemeSwitch } from './theme.ts';
import { addTradeOffs } from './trade-offs.ts';

addThemeSwitch();
addPanel();
for (const table of document.querySelectorAll<HTMLTableElement>('table[data-table]')) enliven(table);
enlivenRunLists();
addTradeOffs();
addExamples();
addCopyButtons();
openForPrint();
