using Samples.Shared.Charts;

namespace OptimizerPaths;

/// <summary>Finds contour lines by marching squares: where the lines cross the sides of small squares, joined square by square.</summary>
internal static class Contours
{
    private const int Squares = 128;

    /// <summary>The lines on which a surface has the height <paramref name="level"/>.</summary>
    public static IEnumerable<IReadOnlyList<ChartPoint>> Find(Surface surface, double level)
    {
        double[,] heights = new double[Squares + 1, Squares + 1];
        for (int row = 0; row <= Squares; row++)
        {
            for (int column = 0; column <= Squares; column++)
            {
                ChartPoint corner = Corner(surface, column, row);
                heights[column, row] = surface.Value(corner.X, corner.Y) - level;
            }
        }

        var neighbours = new Dictionary<Side, List<Side>>();
        for (int row = 0; row < Squares; row++)
        {
            for (int column = 0; column < Squares; column++)
            {
                // Around the square; there are as many crossings in as out. With four, any two pairs of neighbours will do.
                Side[] crossed =
                [
                    .. ((Side[])[new(column, row, false), new(column + 1, row, true), new(column, row + 1, false), new(column, row, true)])
                        .Where(side => Crosses(heights, side)),
                ];
                for (int i = 0; i + 1 < crossed.Length; i += 2)
                {
                    Neighbours(crossed[i]).Add(crossed[i + 1]);
                    Neighbours(crossed[i + 1]).Add(crossed[i]);
                }
            }
        }

        // Open lines from their ends first; then what is left is closed.
        foreach (Side start in neighbours.Keys.OrderBy(side => neighbours[side].Count).ToArray())
        {
            if (neighbours.ContainsKey(start))
                yield return [.. Follow(start).Select(side => Crossing(surface, heights, side))];
        }

        List<Side> Neighbours(Side side)
        {
            if (!neighbours.TryGetValue(side, out List<Side>? list))
                neighbours[side] = list = [];
            return list;
        }

        IEnumerable<Side> Follow(Side start)
        {
            for (Side? next = start; next is { } side;)
            {
                yield return side;
                List<Side> ahead = neighbours[side];
                neighbours.Remove(side);
                next = ahead.Cast<Side?>().FirstOrDefault(candidate => neighbours.ContainsKey(candidate!.Value));
                if (next is null && side != start && ahead.Contains(start))
                    yield return start;
            }
        }
    }

    private static ChartPoint Corner(Surface surface, double column, double row) => new(
        surface.Low.X + (surface.High.X - surface.Low.X) * column / Squares,
        surface.Low.Y + (surface.High.Y - surface.Low.Y) * row / Squares);

    private static bool Crosses(double[,] heights, Side side) =>
        heights[side.Column, side.Row] < 0 != heights[side.EndColumn, side.EndRow] < 0;

    private static ChartPoint Crossing(Surface surface, double[,] heights, Side side)
    {
        double here = heights[side.Column, side.Row];
        double share = here / (here - heights[side.EndColumn, side.EndRow]);
        return Corner(surface, side.IsUpright ? side.Column : side.Column + share, side.IsUpright ? side.Row + share : side.Row);
    }

    /// <summary>A side of a square, from a corner to the right or up.</summary>
    private readonly record struct Side(int Column, int Row, bool IsUpright)
    {
        public int EndColumn => IsUpright ? Column : Column + 1;

        public int EndRow => IsUpright ? Row + 1 : Row;
    }
}
