// The commands that make the study again; those of single cells and runs stand where these open.
import { commandsOfStudy } from './commands.ts';
import { html, type Markup } from './html.ts';

export function reproduceSection(path: string): Markup {
  const items = commandsOfStudy(path).map(
    ({ does, command }) => html`<li><p>${does}</p><pre tabindex="0"><code data-copy>${command}</code></pre></li>`,
  );
  return html`<p>A figure in a table opens to the runs that it is made from, and to the command that makes it again.</p>
<ul class="commands">${items}</ul>
`;
}
