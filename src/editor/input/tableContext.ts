import { headerLine, type RoleContext } from '../../sessions/role/role.ts';

/** What a document's first line tells of the ids in it: a table's names stand there, however far away its rows are. */
export function tableContext(document: { lineAt(line: number): { readonly text: string } }): RoleContext {
  return { header: headerLine(document.lineAt(0).text) };
}
