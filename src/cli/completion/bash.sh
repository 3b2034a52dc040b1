# Completion for {NAME} in bash: eval "$({NAME} completions bash)"
_{NAME}_complete() {
    local IFS=$'\n' line=${COMP_LINE:0:COMP_POINT} breaks=${COMP_WORDBREAKS//[[:space:]]/}
    local word=${line##*[[:space:]]}
    # Bash takes = and : for ends of words: it replaces only what follows the last of them.
    local head=${word%"${word##*["$breaks"]}"}
    local found=($(COMP_LINE=$line "${COMP_WORDS[0]}" --shell-completion query=fish 2>/dev/null))
    COMPREPLY=("${found[@]#"$head"}")
    if [[ ${#found[@]} -eq 1 && ${found[0]} == *[=./@] ]]; then
        compopt -o nospace
    fi
}
complete -o default -F _{NAME}_complete {NAME}
