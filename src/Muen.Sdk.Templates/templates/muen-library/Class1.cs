namespace MuenLibrary1;

/// <summary>C# that several subjects share, through a ProjectReference.</summary>
public static class Class1
{
}
