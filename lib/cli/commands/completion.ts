import { Argument, type Command } from 'commander';
import { print } from '../printing/out.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const EXAMPLES = `
Examples:
  eval "$(eshm completion bash)"          in ~/.bashrc
  eval "$(eshm completion zsh)"           in ~/.zshrc, after compinit
  eshm completion fish > ~/.config/fish/completions/eshm.fish`;

/** `eshm completion`: a script for the shell, made from the commands as they are. */
export function completion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => print(SCRIPTS[shell](wordsOf(program)).trim()));
}

/** What can be completed: a subcommand, its description and its words. */
interface Words {
  readonly command: string;
  readonly description: string;
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

function wordsOf(program: Command): Words[] {
  return program.commands.map((command) => ({
    command: command.name(),
    description: command.description(),
    options: [
      ...command.options.map(({ long, description }) => ({ flag: long ?? '', description })),
      { flag: '--help', description: 'display help for command' },
    ].filter(({ flag }) => flag !== ''),
  }));
}

const SCRIPTS: Record<Shell, (words: readonly Words[]) => string> = { bash, zsh, fish };

function flagsOf({ options }: Words): string {
  return options.map(({ flag }) => flag).join(' ');
}

function names(words: readonly Words[]): string {
  return words.map(({ command }) => command).join(' ');
}

function bash(words: readonly Words[]): string {
  return `
_eshm() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${names(words)} --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${words.map((each) => `      ${each.command}) words="${flagsOf(each)}${each.command === 'completion' ? ` ${SHELLS.join(' ')}` : ''}" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _eshm eshm`;
}

function zsh(words: readonly Words[]): string {
  return `
#compdef eshm
_eshm() {
  if (( CURRENT == 2 )); then
    compadd -- ${names(words)} --help --version
    return
  fi
  case "$words[2]" in
${words.map((each) => `    ${each.command}) compadd -- ${flagsOf(each)}${each.command === 'completion' ? ` ${SHELLS.join(' ')}` : ''} ;;`).join('\n')}
  esac
}
compdef _eshm eshm`;
}

function fish(words: readonly Words[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return [
    'complete -c eshm -f',
    ...words.flatMap(({ command, description, options }) => [
      `complete -c eshm -n __fish_use_subcommand -a ${command} -d ${quoted(description)}`,
      ...options.map(
        ({ flag, description: text }) =>
          `complete -c eshm -n '__fish_seen_subcommand_from ${command}' -l ${flag.replace(/^--/, '')} -d ${quoted(text)}`,
      ),
    ]),
    `complete -c eshm -n '__fish_seen_subcommand_from completion' -a '${SHELLS.join(' ')}'`,
  ].join('\n');
}
