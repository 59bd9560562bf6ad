/** What the established CLI takes (engine reference 8.2 and 8.3), by which our table of commands is gone through. */

/** A flag as it is written there: `-s --stack=`, `--refresh[=]`, `--yes -y`. */
export interface EstablishedCommand {
  /** Every spelling, the canonical one first. */
  readonly spellings: readonly string[];
  readonly flags: string;
}

export const establishedGlobalFlags =
  '-C/--cwd= --color= -e/--emoji -Q/--fully-qualify-stack-names --disable-integrity-checking --logflow --logtostderr ' +
  '-v/--verbose= --non-interactive --profiling= --memprofilerate= --tracing= --otel-traces=';

const stack = '-s/--stack=';

/** What preview, up, destroy and refresh share. */
const operation =
  `${stack} -d/--debug --expect-no-changes --config-file= -m/--message= -t/--target= --exclude= -x/--exclude= ` +
  '--target-dependents --exclude-dependents --diff -j/--json --output= -p/--parallel= --run-program[=] ' +
  '--skip-config-validation --attach-debugger[=] --show-config --show-replacement-steps --show-sames --show-secrets --show-reads --urns ' +
  '--suppress-outputs --suppress-progress --show-full-output --suppress-permalink[=] ' +
  '--skip-plugin-pre-install --neo --event-log= --exec-kind= --exec-agent= --client=';

const program =
  '-c/--config= --config-path --secrets-provider= --replace= --target-replace= --policy-pack= --policy-pack-config= ' +
  '-r/--refresh[=] --show-policy-remediations --ignore-protect';

const asking = '-y/--yes -f/--skip-preview';

export const establishedCommands: readonly EstablishedCommand[] = [
  {
    spellings: ['up', 'update'],
    flags: `${operation} ${program} ${asking} --continue-on-error --plan= --strict`,
  },
  { spellings: ['preview', 'pre'], flags: `${operation} ${program} --save-plan= --import-file=` },
  {
    spellings: ['destroy', 'down', 'dn'],
    flags: `${operation} ${asking} -r/--refresh[=] --continue-on-error --remove --exclude-protected --preview-only`,
  },
  {
    spellings: ['refresh'],
    flags: `${operation} ${asking} --preview-only --skip-pending-creates --clear-pending-creates --import-pending-creates=`,
  },
  {
    spellings: ['import'],
    flags:
      `${stack} --parent= --provider= --properties= -f/--file= -o/--out= --generate-code[=] --protect[=] --from= ` +
      '--preview-only --generate-resources= -y/--yes --skip-preview -m/--message= -j/--json --output= -p/--parallel= ' +
      '--diff -d/--debug --config-file= --suppress-outputs --suppress-progress --suppress-permalink[=]',
  },
  { spellings: ['cancel'], flags: `${stack} -y/--yes` },
  { spellings: ['watch'], flags: `${stack} -p/--parallel=` },
  { spellings: ['logs'], flags: `${stack} -f/--follow --since= -r/--resource= -j/--json` },
  { spellings: ['console'], flags: '' },
  { spellings: ['convert'], flags: '' },
  {
    spellings: ['new'],
    flags: `${stack} -n/--name= -d/--description= -c/--config= --config-path --dir= -f/--force -y/--yes`,
  },
  { spellings: ['install'], flags: '--use-language-version-tools --no-plugins --no-dependencies --reinstall' },
  { spellings: ['about'], flags: '-j/--json' },
  { spellings: ['version'], flags: '' },
  { spellings: ['schema check'], flags: '' },
  { spellings: ['package add'], flags: '' },
  { spellings: ['package get-schema'], flags: '' },
  { spellings: ['package gen-sdk'], flags: '' },
  { spellings: ['package publish'], flags: '' },
  { spellings: ['policy new'], flags: '--dir= -f/--force' },
  { spellings: ['policy ls', 'policy list'], flags: '' },
  { spellings: ['policy publish'], flags: '' },
  { spellings: ['policy enable'], flags: '' },
  { spellings: ['policy disable'], flags: '' },
  { spellings: ['policy rm'], flags: '' },
  { spellings: ['policy validate-config'], flags: '' },
  { spellings: ['policy group ls'], flags: '' },
  { spellings: ['login'], flags: '-c/--cloud-url= -l/--local --insecure' },
  { spellings: ['logout'], flags: '-a/--all -l/--local -c/--cloud-url=' },
  { spellings: ['whoami'], flags: '-v/--verbose -j/--json' },
  { spellings: ['org get-default'], flags: '' },
  { spellings: ['org set-default'], flags: '' },
  { spellings: ['env ls'], flags: '' },
  { spellings: ['gen-completion'], flags: '' },
  {
    spellings: ['state delete', 'state remove', 'state rm'],
    flags: `${stack} -y/--yes --force --target-dependents --all`,
  },
  { spellings: ['state rename'], flags: `${stack} -y/--yes` },
  { spellings: ['state protect'], flags: `${stack} -y/--yes --all` },
  { spellings: ['state unprotect'], flags: `${stack} -y/--yes --all` },
  { spellings: ['state taint'], flags: `${stack} -y/--yes` },
  { spellings: ['state untaint'], flags: `${stack} -y/--yes --all` },
  { spellings: ['state move', 'state mv'], flags: '-y/--yes --source= --dest= --include-parents' },
  { spellings: ['state edit'], flags: stack },
  { spellings: ['state upgrade'], flags: '-y/--yes' },
  { spellings: ['state repair'], flags: `${stack} -y/--yes` },
  { spellings: ['stack'], flags: `${stack} --show-secrets -i/--show-ids -u/--show-urns --show-name` },
  { spellings: ['stack ls', 'stack list'], flags: '-j/--json -a/--all -o/--organization= -p/--project= -t/--tag=' },
  {
    spellings: ['stack new', 'stack init', 'stack create', 'stack setup'],
    flags: `${stack} --secrets-provider= --no-select --copy-config-from= --teams= --remote-config`,
  },
  {
    spellings: ['stack remove', 'stack rm', 'stack delete'],
    flags: `${stack} -y/--yes -f/--force --preserve-config --remove-backups`,
  },
  { spellings: ['stack select'], flags: `${stack} -c/--create --secrets-provider=` },
  { spellings: ['stack unselect'], flags: '' },
  { spellings: ['stack output'], flags: `${stack} -j/--json --show-secrets --shell` },
  { spellings: ['stack export'], flags: `${stack} --file= --show-secrets --version=` },
  { spellings: ['stack import'], flags: `${stack} --file= -f/--force` },
  { spellings: ['stack graph'], flags: `${stack} --short-node-name` },
  {
    spellings: ['stack history', 'stack hist'],
    flags: `${stack} -j/--json --show-secrets --full-dates --page-size= --page=`,
  },
  { spellings: ['stack rename'], flags: stack },
  { spellings: ['stack change-secrets-provider'], flags: stack },
  { spellings: ['stack tag get'], flags: stack },
  { spellings: ['stack tag set'], flags: stack },
  { spellings: ['stack tag remove', 'stack tag rm'], flags: stack },
  { spellings: ['stack tag list', 'stack tag ls'], flags: `${stack} -j/--json` },
  { spellings: ['config'], flags: `${stack} -j/--json --show-secrets --config-file=` },
  { spellings: ['config get'], flags: `${stack} -j/--json --path --config-file=` },
  { spellings: ['config set'], flags: `${stack} --path --secret --plaintext --type= --config-file=` },
  { spellings: ['config set-all'], flags: `${stack} --path --secret= --plaintext= --json=` },
  { spellings: ['config remove', 'config rm'], flags: `${stack} --path` },
  { spellings: ['config remove-all', 'config rm-all'], flags: `${stack} --path` },
  { spellings: ['config copy', 'config cp'], flags: `${stack} -d/--dest= --path` },
  { spellings: ['config refresh'], flags: `${stack} -f/--force` },
  { spellings: ['config env list', 'config env ls'], flags: `${stack} -j/--json` },
  { spellings: ['config env add'], flags: `${stack} -y/--yes` },
  { spellings: ['config env remove', 'config env rm'], flags: `${stack} -y/--yes` },
  { spellings: ['plugin install'], flags: '--server= -f/--file= --exact --reinstall --checksum=' },
  { spellings: ['plugin list', 'plugin ls'], flags: '-j/--json -p/--project' },
  { spellings: ['plugin remove', 'plugin rm'], flags: '-a/--all -y/--yes' },
  { spellings: ['plugin run'], flags: '' },
];

/** The command lines of the Automation API of the Node.js SDK, each with all that its options can add. */
export const automationLines: readonly string[] = [
  'version',
  'stack init NAME --secrets-provider X --no-select',
  'stack select --stack NAME',
  'stack rm --yes --force --preserve-config NAME',
  'config get --path KEY --json --stack S',
  'config --show-secrets --json --stack S',
  'config set --path KEY --stack S --secret --non-interactive -- VALUE',
  'config set-all --stack S --path --secret k=v --plaintext k=v',
  'config set-all --json {} --stack S',
  'config rm KEY --stack S --path',
  'config rm-all --stack S --path K L',
  'config refresh --force --stack S',
  'stack tag get K --stack S',
  'stack tag set K V --stack S',
  'stack tag rm K --stack S',
  'stack tag ls --json --stack S',
  'whoami --json',
  'stack ls --json --all',
  'install --use-language-version-tools --no-plugins --no-dependencies --reinstall',
  'plugin install KIND NAME VERSION --server URL',
  'plugin rm KIND NAME VERSIONRANGE --yes',
  'plugin ls --json',
  'stack export --show-secrets --stack S',
  'stack import --file F --stack S',
  'stack output --json --show-secrets --stack S',
  'stack history --json --show-secrets --page-size 10 --page 1 --stack S',
  'up --yes --skip-preview --message M --expect-no-changes --refresh --diff --replace U --exclude U --target U --policy-pack P --policy-pack-config C --exclude-dependents --target-dependents --parallel 4 --plan F --continue-on-error --run-program=true --config-file F --color never --logflow --verbose 1 --logtostderr --debug --suppress-outputs --suppress-progress --client=127.0.0.1:1 --exec-agent A --exec-kind auto.inline --event-log X --stack S --non-interactive',
  'preview --save-plan F --import-file F --exec-kind auto.local --event-log X --stack S --non-interactive',
  'refresh --yes --skip-preview --clear-pending-creates --exec-kind auto.local --stack S',
  'refresh --preview-only --exec-kind auto.local --stack S',
  'destroy --yes --skip-preview --exclude-protected --exec-kind auto.local --stack S',
  'destroy --preview-only --exec-kind auto.local --stack S',
  'stack rename NEW --stack OLD',
  'import --yes --skip-preview --message M --file F --out F --protect=false --stack S',
  'import --yes --skip-preview --generate-code=false --stack S',
  'cancel --yes --stack S',
];
