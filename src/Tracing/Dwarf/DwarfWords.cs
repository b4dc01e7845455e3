namespace BpfDashboard.Tracing.Dwarf;

/// <summary>The kinds of entries (<c>DW_TAG_…</c>) that say something of types and functions.</summary>
internal enum DwarfTag
{
    Array = 0x01,
    Class = 0x02,
    Enumeration = 0x04,
    FormalParameter = 0x05,
    Pointer = 0x0f,
    Reference = 0x10,
    CompileUnit = 0x11,
    Structure = 0x13,
    Subroutine = 0x15,
    Typedef = 0x16,
    Union = 0x17,
    UnspecifiedParameters = 0x18,
    Inheritance = 0x1c,
    Member = 0x0d,
    Subrange = 0x21,
    Base = 0x24,
    Const = 0x26,
    Enumerator = 0x28,
    Packed = 0x2d,
    Subprogram = 0x2e,
    Volatile = 0x35,
    Restrict = 0x37,
    Namespace = 0x39,
    Unspecified = 0x3b,
    Shared = 0x40,
    RvalueReference = 0x42,
    TemplateAlias = 0x43,
    Atomic = 0x47,
    Immutable = 0x4b,
}

/// <summary>The attributes (<c>DW_AT_…</c>) that are read.</summary>
internal enum DwarfAttribute : uint
{
    Name = 0x03,
    ByteSize = 0x0b,
    BitOffset = 0x0c,
    BitSize = 0x0d,
    ConstantValue = 0x1c,
    LowerBound = 0x22,
    UpperBound = 0x2f,
    AbstractOrigin = 0x31,
    Count = 0x37,
    MemberLocation = 0x38,
    Declaration = 0x3c,
    Encoding = 0x3e,
    External = 0x3f,
    Specification = 0x47,
    Type = 0x49,
    Signature = 0x69,
    DataBitOffset = 0x6b,
    LinkageName = 0x6e,
    MipsLinkageName = 0x2007,
}
