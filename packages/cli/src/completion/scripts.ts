/** A shell asks the hidden command `__complete` at every Tab, so that its answers are those of the version on PATH. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/**
 * The first line of an answer of `__complete` is what is wanted: `:words`, `:files`, `:folders` or `:anything`. Words
 * follow, one a line, each with a tab and its description.
 */
export const completionScripts: { readonly [shell in Shell]: string } = {
  // Works in bash 3.2, which macOS has. Bash breaks words at = and :, and replaces only what stands after the last of them.
  bash: `# bash completion for radiant. Use it: source <(radiant gen-completion bash)
_radiant() {
  local words=() word previous='' line kind='' current typed index last=0
  for (( index = 1; index <= COMP_CWORD; index++ )); do
    word=\${COMP_WORDS[index]}
    if (( index > 1 )) && [[ $word == [=:]* || $previous == *[=:] ]]; then
      words[last-1]+=$word
    else
      words[last]=$word
      last=$(( last + 1 ))
    fi
    previous=$word
  done
  current=\${words[last-1]}
  typed=$current
  [[ $COMP_WORDBREAKS == *=* ]] && typed=\${typed##*=}
  [[ $COMP_WORDBREAKS == *:* ]] && typed=\${typed##*:}
  local before=\${current%"$typed"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; continue; fi
    line=\${line%%$'\\t'*}
    COMPREPLY+=("\${line#"$before"}")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  case $kind in
    :files) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$typed") ;;
    :folders) compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$typed") ;;
  esac
}
complete -F _radiant radiant pulumi
`,
  zsh: `#compdef radiant pulumi
# zsh completion for radiant. Use it: source <(radiant gen-completion zsh)
_radiant() {
  local -a lines described
  local line
  lines=("\${(@f)$("\${words[1]}" __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case \${lines[1]} in
    :files) compset -P '--*='; _files ;;
    :folders) compset -P '--*='; _files -/ ;;
    :words)
      for line in "\${(@)lines[2,-1]}"; do
        described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      _describe -V radiant described
      ;;
  esac
}
if [[ \${funcstack[1]} == _radiant ]]; then
  _radiant "$@"
else
  compdef _radiant radiant pulumi
fi
`,
  fish: `# fish completion for radiant. Use it: radiant gen-completion fish | source
function __radiant_complete
    set -l words (commandline -opc)
    set -l command $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines ($command __complete -- $words "$current" 2>/dev/null)
    set -l prefix (string match -r -- '^--[^=]*=' "$current")
    set -l typed (string replace -r -- '^--[^=]*=' '' "$current")
    switch "$lines[1]"
        case :files
            for path in (__fish_complete_path "$typed")
                echo "$prefix$path"
            end
        case :folders
            for path in (__fish_complete_directories "$typed")
                echo "$prefix$path"
            end
        case :words
            set -e lines[1]
            printf '%s\\n' $lines
    end
end
complete -c radiant -f -a '(__radiant_complete)'
complete -c pulumi -f -a '(__radiant_complete)'
`,
};
