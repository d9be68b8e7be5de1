using Holdfast.Bench.Scenarios.Registry;

namespace Holdfast.Bench.Scenarios;

/// <summary>All rows, in the order of the report.</summary>
public static class Catalogue
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new GetSmall(), new PutSmall(), new GetLarge(), new PutLarge(), new HeadAndConditional(), new ListMillion(), new CopyAndComplete(),
        new UploadMemory(), new SteadyMemory(), new StartMillion(), new Crowd(), new Sustained(), new Huge(),
        new Layers(), new ManifestHeads(), new SmallImages(), new ManyTags(), new HugeLayer(),
    ];

    public static int Place(string name)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Name == name)
                return i;
        }

        return All.Count;
    }
}
