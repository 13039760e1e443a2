using System.Reflection;

namespace OpStack.P2P.Package.Tests.PublicApi;

/// <summary>Types as C# writes them, with their namespace unless everybody imports it, and with the nullability of references.</summary>
internal static class TypeName
{
    private static readonly HashSet<string> Imported = ["System", "System.Collections.Generic", "System.Threading", "System.Threading.Tasks"];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(char)] = "char",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef || type.IsPointer)
        {
            return Of(type.GetElementType()!, nullability) + (type.IsPointer ? "*" : "");
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Named(underlying, nullability) + "?";
        }

        string name = type.IsArray
            ? $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]"
            : Named(type, nullability);
        return !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? name + "?" : name;
    }

    private static string Named(Type type, NullabilityInfo? nullability)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        // The arguments of a nested type are those of the type around it and then its own.
        Type[] arguments = type.GetGenericArguments();
        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string qualifier = type.DeclaringType is { } declaring ? Named(inherited == 0 ? declaring : declaring.MakeGenericType(arguments[..inherited]), null) + "."
            : type.Namespace is { Length: > 0 } space && !Imported.Contains(space) ? space + "."
            : "";
        IEnumerable<string> own = arguments.Skip(inherited).Select((argument, at) => Of(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(inherited + at)));
        return qualifier + type.Name.Split('`')[0] + (arguments.Length == inherited ? "" : $"<{string.Join(", ", own)}>");
    }
}
