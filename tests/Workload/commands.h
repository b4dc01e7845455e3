/* Obeys the commands on standard input for the traced programs whose actions have numbers: NAME A [B], "cpu K" among them. */

/* Does what one command says, and returns whether it knows it. */
int run(const char *name, long first, long second);
