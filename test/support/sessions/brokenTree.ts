import { problemOf, type FileTree } from '../../../src/sessions/files/fileTree.ts';
import { localFiles } from '../../../src/sessions/files/localFiles.ts';

/** Called before each call on a tree, with the path that it is for. */
export type TreeCall = (call: 'list' | 'follow' | 'readSmall', place: string) => void;

/** The files of this machine; `before` may act or throw when one of them is accessed. */
export function brokenTree(before: TreeCall): FileTree {
  return {
    ...localFiles,
    async *list(place) {
      before('list', place);
      yield* localFiles.list(place);
    },
    async follow(place) {
      before('follow', place);
      return await localFiles.follow(place);
    },
    async readSmall(place, most) {
      before('readSmall', place);
      return await localFiles.readSmall(place, most);
    },
  };
}

/** An error as the system throws it. */
export function systemError(code: string): Error {
  const error = Object.assign(new Error(`${code}: made up, open '/a/path/that/nobody/should/see'`), { code });
  if (problemOf(error) === problemOf(undefined)) throw new Error(`Nobody has words for ${code}.`);
  return error;
}
