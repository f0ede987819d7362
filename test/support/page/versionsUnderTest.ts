import { parseVsCodeVersion, vsCodeVersions, type VsCodeVersion } from '../host/vscodeInstallation.ts';

/** The versions for tests through the page: those that were passed to runUi.ts, all by default. */
export function versionsUnderTest(): readonly VsCodeVersion[] {
  const { UI_TESTS_VERSIONS: chosen } = process.env;
  return chosen === undefined ? vsCodeVersions : chosen.split(' ').map(parseVsCodeVersion);
}
