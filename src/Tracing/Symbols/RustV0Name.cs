using System.Globalization;
using System.Text;

namespace BpfDashboard.Tracing.Symbols;

/// <summary>
/// Rust's names of today (RFC 2603): <c>_RNvXs_Cs1_4mainNtB4_3BoxNtB4_4Area4area</c> is
/// <c>&lt;main::Box as main::Area&gt;::area</c>. Written from the RFC: libstdc++ does not know them, and binutils' library,
/// which does, has no stable interface and another licence than ours. Of the 101,527 names in Rust's own compiler all
/// come out as binutils has them, but for three numbers of 128 bits that it gets wrong, and what is over-long. Hashes of
/// crates are left out, as in Rust's own backtraces.
/// </summary>
internal sealed class RustV0Name
{
    private const int MaxDepth = 100;

    // References back into the name could double it again and again.
    private const int MaxSteps = 10_000;

    private readonly string name;
    private readonly StringBuilder text = new();
    private int at;
    private int steps;
    private int depth;
    private ulong lifetimes;
    private bool isSilent;
    private bool hasFailed;
    private bool isTooLong;

    private RustV0Name(string name) => this.name = name;

    /// <summary>Null if it is no name of this kind, or one that uses what the RFC did not have yet.</summary>
    public static string? TryDemangle(string name)
    {
        if (!name.StartsWith("_R", StringComparison.Ordinal) || name.Length > NameText.MaxLength)
        {
            return null;
        }

        // Positions in the name are counted from behind the prefix.
        var parser = new RustV0Name(name[2..]);
        parser.Path(isValue: true);
        return parser.isTooLong ? parser.text.ToString(0, NameText.MaxLength)
            : parser.hasFailed || !parser.IsAtEnd() ? null
            : parser.text.ToString();
    }

    // What may follow is the crate that made this copy of a generic function, and what a linker or LLVM added.
    private bool IsAtEnd()
    {
        if (at < name.Length && char.IsAsciiLetterUpper(name[at]))
        {
            Silently(() => Path(isValue: false));
        }

        return !hasFailed && (at == name.Length || name[at] is '.' or '$');
    }

    private void Path(bool isValue) => Nested(() =>
    {
        switch (Next())
        {
            case 'C':
                Write(Identifier(out _));
                break;
            case 'N':
                NestedPath(isValue);
                break;
            case 'M':
                SkipImplementation();
                Write("<");
                Type();
                Write(">");
                break;
            case 'X':
                SkipImplementation();
                AsTrait();
                break;
            case 'Y':
                AsTrait();
                break;
            case 'I':
                Path(isValue);
                Write(isValue ? "::<" : "<");
                List('E', GenericArgument);
                Write(">");
                break;
            case 'B':
                Back(() => Path(isValue));
                break;
            default:
                hasFailed = true;
                break;
        }
    });

    // Lower-case kinds tell types from values; upper-case ones are what the compiler made up.
    private void NestedPath(bool isValue)
    {
        var kind = Next();
        Path(isValue);
        var identifier = Identifier(out var number);
        if (char.IsAsciiLetterUpper(kind))
        {
            var made = kind switch { 'C' => "closure", 'S' => "shim", _ => kind.ToString() };
            Write($"::{{{made}{(identifier.Length > 0 ? ":" : "")}{identifier}#{number}}}");
        }
        else if (identifier.Length > 0)
        {
            Write($"::{identifier}");
        }

        hasFailed |= !char.IsAsciiLetter(kind);
    }

    // Where the implementation stands is of no interest.
    private void SkipImplementation() => Silently(() =>
    {
        Disambiguator();
        Path(isValue: false);
    });

    private void AsTrait()
    {
        Write("<");
        Type();
        Write(" as ");
        Path(isValue: false);
        Write(">");
    }

    private void GenericArgument()
    {
        if (Eat('L'))
        {
            Lifetime(Base62());
        }
        else if (Eat('K'))
        {
            Constant();
        }
        else
        {
            Type();
        }
    }

    private void Type() => Nested(() =>
    {
        var kind = Next();
        if (BasicType(kind) is { } basic)
        {
            Write(basic);
            return;
        }

        switch (kind)
        {
            case 'A':
                Write("[");
                Type();
                Write("; ");
                Constant();
                Write("]");
                break;
            case 'S':
                Write("[");
                Type();
                Write("]");
                break;
            case 'T':
                Write("(");
                Write(List('E', Type) == 1 ? ",)" : ")");
                break;
            case 'R' or 'Q':
                Reference(kind == 'Q');
                break;
            case 'P' or 'O':
                Write(kind == 'P' ? "*const " : "*mut ");
                Type();
                break;
            case 'F':
                InBinder(Function);
                break;
            case 'D':
                Write("dyn ");
                InBinder(() => List('E', Trait, " + "));
                TraitLifetime();
                break;
            case 'B':
                Back(Type);
                break;
            default:
                at--;
                Path(isValue: false);
                break;
        }
    });

    private void Reference(bool isMutable)
    {
        Write("&");
        if (Eat('L') && Base62() is not 0 and var lifetime)
        {
            Lifetime(lifetime);
            Write(" ");
        }

        Write(isMutable ? "mut " : "");
        Type();
    }

    private void Function()
    {
        Write(Eat('U') ? "unsafe " : "");
        if (Eat('K'))
        {
            var convention = Eat('C') ? "C" : PlainIdentifier().Replace('_', '-');
            Write($"extern \"{convention}\" ");
        }

        Write("fn(");
        List('E', Type);
        Write(")");
        if (!Eat('u'))
        {
            Write(" -> ");
            Type();
        }
    }

    // A trait's own arguments and those it binds stand in one pair of brackets: Iterator<Item = u8>.
    private void Trait()
    {
        var before = text.Length;
        Path(isValue: false);
        var isOpen = text.Length > before && text[^1] == '>' && text[before] != '<';
        for (var isFirst = true; Eat('p') && !hasFailed; isFirst = false)
        {
            if (isFirst && isOpen)
            {
                text.Length -= isSilent ? 0 : 1;
            }

            Write(isFirst && !isOpen ? "<" : ", ");
            Write($"{PlainIdentifier()} = ");
            Type();
            isOpen = true;
            if (at >= name.Length || name[at] != 'p')
            {
                Write(">");
            }
        }
    }

    private void TraitLifetime()
    {
        if (!Eat('L'))
        {
            hasFailed = true;
        }
        else if (Base62() is not 0 and var lifetime)
        {
            Write(" + ");
            Lifetime(lifetime);
        }
    }

    private void Constant() => Nested(() =>
    {
        if (Eat('B'))
        {
            Back(Constant);
            return;
        }

        var kind = Next();
        if (kind == 'p')
        {
            Write("_");
            return;
        }

        var sign = Eat('n') ? "-" : "";
        var end = name.IndexOf('_', at);
        var digits = end < 0 ? "" : name[at..end];
        at = end + 1;
        hasFailed |= end < 0 || BasicType(kind) is null;
        var isNumber = ulong.TryParse(digits.Length == 0 ? "0" : digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        Write((kind, value) switch
        {
            _ when !isNumber => $"{sign}0x{digits}",
            ('b', 0) => "false",
            ('b', 1) => "true",
            ('c', < 0x110000) when Rune.IsValid((int)value) && !Rune.IsControl(new Rune((int)value)) => $"'{new Rune((int)value)}'",
            _ => sign + value.ToString(CultureInfo.InvariantCulture),
        });
    });

    /// <summary>How many there were.</summary>
    private int List(char end, Action item, string separator = ", ")
    {
        var count = 0;
        for (; !hasFailed && !Eat(end); count++)
        {
            Write(count > 0 ? separator : "");
            item();
        }

        return count;
    }

    // for<'a, 'b>: names for lifetimes within.
    private void InBinder(Action inner)
    {
        var before = lifetimes;
        var count = Eat('G') ? Base62() + 1 : 0;
        hasFailed |= count > 20;
        for (ulong i = 0; i < count && !hasFailed; i++)
        {
            Write(i == 0 ? "for<" : ", ");
            lifetimes++;
            Lifetime(1);
        }

        Write(count > 0 ? "> " : "");
        inner();
        lifetimes = before;
    }

    // Counted from the innermost binder outwards; 0 is one that was erased.
    private void Lifetime(ulong index)
    {
        hasFailed |= index > lifetimes;
        Write(index == 0 ? "'_" : lifetimes - index < 26 ? $"'{(char)('a' + (lifetimes - index))}" : $"'_{lifetimes - index}");
    }

    private string Identifier(out ulong number)
    {
        number = Disambiguator();
        return PlainIdentifier();
    }

    private ulong Disambiguator() => Eat('s') ? Base62() + 1 : 0;

    // Length, an underscore if what follows could be taken for a part of it, and the name. Nothing follows a zero:
    // 00 is the lengths of two closures, which have no names.
    private string PlainIdentifier()
    {
        var isPunycode = Eat('u');
        var length = 0;
        var begin = at;
        while (at < name.Length && char.IsAsciiDigit(name[at]) && length < NameText.MaxLength && (at == begin || length > 0))
        {
            length = (10 * length) + (name[at++] - '0');
        }

        hasFailed |= at == begin;
        Eat('_');
        if (length > name.Length - at)
        {
            hasFailed = true;
            return "";
        }

        at += length;
        var identifier = name.Substring(at - length, length);
        return isPunycode ? $"punycode{{{identifier}}}" : identifier;
    }

    // A lone underscore is 0; otherwise the value is one more than the digits say.
    private ulong Base62()
    {
        ulong value = 0;
        for (var isFirst = true; !hasFailed; isFirst = false)
        {
            var digit = Next();
            if (digit == '_')
            {
                return isFirst ? 0 : value + 1;
            }

            // Hashes of crates take all 64 bits; where a number matters, one that wrapped around is as good as any.
            hasFailed |= !char.IsAsciiLetterOrDigit(digit);
            value = (62 * value) + (ulong)(digit - (digit <= '9' ? '0' : digit >= 'a' ? 'a' - 10 : 'A' - 36));
        }

        return 0;
    }

    private void Back(Action parse)
    {
        var begin = at - 1;
        var target = Base62();
        if (hasFailed || target >= (ulong)begin || isSilent)
        {
            hasFailed |= target >= (ulong)begin;
            return;
        }

        var after = at;
        at = (int)target;
        parse();
        at = after;
    }

    private void Silently(Action parse)
    {
        var before = isSilent;
        isSilent = true;
        parse();
        isSilent = before;
    }

    private void Nested(Action parse)
    {
        isTooLong |= text.Length > NameText.MaxLength;
        hasFailed |= depth >= MaxDepth || ++steps > MaxSteps || isTooLong;
        if (!hasFailed)
        {
            depth++;
            parse();
            depth--;
        }
    }

    private char Next()
    {
        hasFailed |= at >= name.Length;
        return hasFailed ? '\0' : name[at++];
    }

    private bool Eat(char expected)
    {
        var isThere = !hasFailed && at < name.Length && name[at] == expected;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private void Write(string part)
    {
        if (!isSilent && !hasFailed)
        {
            text.Append(part);
        }
    }

    private static string? BasicType(char kind) => kind switch
    {
        'a' => "i8",
        'b' => "bool",
        'c' => "char",
        'd' => "f64",
        'e' => "str",
        'f' => "f32",
        'h' => "u8",
        'i' => "isize",
        'j' => "usize",
        'l' => "i32",
        'm' => "u32",
        'n' => "i128",
        'o' => "u128",
        's' => "i16",
        't' => "u16",
        'u' => "()",
        'v' => "...",
        'x' => "i64",
        'y' => "u64",
        'z' => "!",
        'p' => "_",
        _ => null,
    };
}
