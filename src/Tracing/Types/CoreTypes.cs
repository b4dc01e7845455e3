namespace BpfDashboard.Tracing.Types;

/// <summary>
/// The types that are known without any type information: those of C itself on 64-bit Linux, the typedefs that the
/// kernel and libc give them, and the few structs of system calls that the kernel's BTF lacks.
/// </summary>
public sealed class CoreTypes : ITypeSource
{
    public static readonly IntegerType Char = new("char", 1, true, IntegerRole.Character);
    public static readonly IntegerType SignedChar = new("signed char", 1, true, IntegerRole.Character);
    public static readonly IntegerType UnsignedChar = new("unsigned char", 1, false, IntegerRole.Character);
    public static readonly IntegerType Bool = new("_Bool", 1, false, IntegerRole.Boolean);
    public static readonly IntegerType Short = new("short", 2, true);
    public static readonly IntegerType UnsignedShort = new("unsigned short", 2, false);
    public static readonly IntegerType Int = new("int", 4, true);
    public static readonly IntegerType UnsignedInt = new("unsigned int", 4, false);
    public static readonly IntegerType Long = new("long", 8, true);
    public static readonly IntegerType UnsignedLong = new("unsigned long", 8, false);
    public static readonly IntegerType LongLong = new("long long", 8, true);
    public static readonly IntegerType UnsignedLongLong = new("unsigned long long", 8, false);
    public static readonly FloatType Float = new("float", 4);
    public static readonly FloatType Double = new("double", 8);

    /// <summary>The one instance.</summary>
    public static CoreTypes Instance { get; } = new();

    private static readonly Dictionary<string, TypedefType> Typedefs = Aliases().ToDictionary(alias => alias.Name);

    private static readonly Dictionary<string, StructType> Structs = new StructType[]
    {
        Pair("timespec", "tv_sec", "tv_nsec"),
        Pair("timeval", "tv_sec", "tv_usec"),
    }.ToDictionary(type => type.Name);

    private CoreTypes()
    {
    }

    /// <summary>Whether a name is one of the typedefs here, without asking anybody.</summary>
    public static bool IsTypedef(string name) => Typedefs.ContainsKey(name);

    /// <summary>The typedef of a name known to be one of them.</summary>
    public static DataType Named(string name) => Typedefs[name];

    /// <inheritdoc/>
    public DataType? Find(TypeNames space, string name) => space switch
    {
        TypeNames.Typedef => Typedefs.GetValueOrDefault(name),
        TypeNames.Struct => Structs.GetValueOrDefault(name),
        _ => null,
    };

    /// <inheritdoc/>
    public (EnumType Enum, EnumConstant Constant)? FindConstant(string name) => null;

    /// <inheritdoc/>
    public IEnumerable<string> Names(TypeNames space) => space switch
    {
        TypeNames.Typedef => Typedefs.Keys,
        TypeNames.Struct => Structs.Keys,
        _ => [],
    };

    /// <inheritdoc/>
    public IEnumerable<string> ConstantNames => [];

    private static IEnumerable<TypedefType> Aliases() =>
    [
        .. Alias(SignedChar, "s8 __s8 int8_t"),
        .. Alias(UnsignedChar, "u8 __u8 uint8_t u_int8_t u_char unchar"),
        .. Alias(Short, "s16 __s16 int16_t"),
        .. Alias(UnsignedShort, "u16 __u16 uint16_t u_int16_t u_short ushort umode_t __be16 __le16 __sum16 sa_family_t in_port_t"),
        .. Alias(Int, "s32 __s32 int32_t pid_t key_t clockid_t __kernel_pid_t wchar_t"),
        .. Alias(UnsignedInt, "u32 __u32 uint32_t u_int32_t u_int uint uid_t gid_t mode_t dev_t gfp_t fmode_t blk_opf_t"),
        .. Alias(UnsignedInt, "__be32 __le32 __wsum socklen_t in_addr_t id_t __poll_t useconds_t"),
        .. Alias(LongLong, "s64 __s64 loff_t ktime_t time64_t"),
        .. Alias(UnsignedLongLong, "u64 __u64 __be64 __le64 sector_t blkcnt_t dma_addr_t phys_addr_t cycles_t"),
        .. Alias(Long, "int64_t ssize_t off_t time_t clock_t suseconds_t ptrdiff_t intptr_t __kernel_long_t blksize_t"),
        .. Alias(UnsignedLong, "uint64_t u_int64_t size_t uintptr_t u_long ulong ino_t nlink_t nfds_t pthread_t pgoff_t __kernel_ulong_t"),
        .. Alias(Bool, "bool"),
    ];

    private static IEnumerable<TypedefType> Alias(IntegerType type, string names) =>
        names.Split(' ').Select(name => new TypedefType(name, type));

    private static StructType Pair(string name, string first, string second) =>
        new(name, false, 16, () => [new Member(first, Long, 0), new Member(second, Long, 64)]);
}
