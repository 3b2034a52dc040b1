#compdef {NAME}
# Completion for {NAME} in zsh: eval "$({NAME} completions zsh)", or as _{NAME} in a directory of fpath
_{NAME}() {
    local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
    local -a found open whole
    found=("${(@f)$(COMP_LINE=$line ${words[1]} --shell-completion query=fish 2>/dev/null)}")
    found=(${found:#})
    open=(${(M)found:#*[=./@]})
    whole=(${found:#*[=./@]})
    (( $#found )) || { _files; return; }
    (( $#open )) && compadd -Q -S '' -a open
    (( $#whole )) && compadd -Q -a whole
    return 0
}
if [ "$funcstack[1]" = "_{NAME}" ]; then
    _{NAME} "$@"
else
    compdef _{NAME} {NAME}
fi
