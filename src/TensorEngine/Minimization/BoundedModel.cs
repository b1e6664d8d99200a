using System.Numerics.Tensors;

namespace TensorEngine.Minimization;

/// <summary>
/// The quadratic model of L-BFGS-B within bounds: finds its generalized Cauchy point, the first minimum along the path of projected
/// steepest descent, and from there its minimum on the face of the box that the point lies on. All memory is allocated on construction.
/// Sources: Byrd, Lu, Nocedal and Zhu, A limited memory algorithm for bound constrained optimization, 1995, algorithms CP and 5.1;
/// Morales and Nocedal, Remark on algorithm 778, 2011 (projection instead of truncation).
/// </summary>
internal sealed class BoundedModel
{
    private readonly Bounds _bounds;
    private readonly CompactHessian _hessian;
    private readonly LuDecomposition _reduced;
    private readonly double[] _target;
    private readonly double[] _path;
    private readonly double[] _times;
    private readonly int[] _order;
    private readonly double[] _moved;
    private readonly double[] _speed;
    private readonly double[] _row;
    private readonly double[] _product;

    public BoundedModel(LbfgsPairs pairs, Bounds bounds)
    {
        _bounds = bounds;
        _hessian = new CompactHessian(pairs);
        int size = 2 * pairs.Capacity;
        _reduced = new LuDecomposition(size);
        (_target, _path, _times, _order) = (New(bounds.Length), New(bounds.Length), New(bounds.Length), new int[bounds.Length]);
        (_moved, _speed, _row, _product) = (New(size), New(size), New(size), New(size));

        static double[] New(int length) => new double[length];
    }

    /// <summary>Where the direction leads.</summary>
    public ReadOnlySpan<double> Target => _target;

    /// <summary>Adds the newest pair.</summary>
    public void Notice() => _hessian.Notice();

    /// <summary>Finds the direction from a point, with its gradient.</summary>
    /// <returns>How many times as far as the direction the bounds let go; at least 1.</returns>
    public double FindDirection(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> direction)
    {
        _hessian.Update();
        FindCauchyPoint(point, gradient);
        if (_hessian.Size > 0)
            FindMinimumOnFace(point, gradient, direction);
        TensorPrimitives.Subtract(_target, point, direction);
        double longest = double.PositiveInfinity;
        for (int i = 0; i < point.Length; i++)
        {
            double room = direction[i] > 0 ? _bounds.Upper[i] - point[i] : _bounds.Lower[i] - point[i];
            if (direction[i] != 0)
                longest = Math.Min(longest, room / direction[i]);
        }

        return Math.Max(1, longest);
    }

    // Leaves the point in _target, and W' times the way to it in _moved.
    private void FindCauchyPoint(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        int size = _hessian.Size, bends = FindBends(point, gradient);
        Span<double> moved = _moved.AsSpan(0, size), speed = _speed.AsSpan(0, size);
        Span<double> row = _row.AsSpan(0, size), product = _product.AsSpan(0, size);
        moved.Clear();
        _hessian.Project(_path, speed);
        double slope = -DoubleVector.Dot(_path, _path);
        double curvature = -_hessian.Theta * slope - Through(speed, speed, product);
        double least = DoubleVector.Epsilon * -_hessian.Theta * slope;
        double time = 0, step = slope < 0 ? -slope / Math.Max(curvature, least) : 0;
        int bend = 0;
        for (; bend < bends && step >= _times[bend] - time; bend++)
        {
            int variable = _order[bend];
            double passed = _times[bend] - time, g = gradient[variable];
            time = _times[bend];
            _target[variable] = _path[variable] > 0 ? _bounds.Upper[variable] : _bounds.Lower[variable];
            double way = _target[variable] - point[variable];
            DoubleVector.Move(moved, passed, speed, moved);
            _hessian.Row(variable, row);
            slope += passed * curvature + g * g + _hessian.Theta * g * way - g * Through(row, moved, product);
            curvature -= _hessian.Theta * g * g + 2 * g * Through(row, speed, product) + g * g * Through(row, row, product);
            DoubleVector.Move(speed, g, row, speed);
            _path[variable] = 0;
            step = slope < 0 ? -slope / Math.Max(curvature, least) : 0;
        }

        if (!double.IsFinite(step))
            step = 0;
        for (int i = 0; i < point.Length; i++)
        {
            if (_path[i] != 0)
                _target[i] = Math.FusedMultiplyAdd(time + step, _path[i], point[i]);
        }

        _bounds.Clamp(_target);
        DoubleVector.Move(moved, step, speed, moved);
    }

    // The path is -g, without the variables that a bound blocks; it bends where it meets a bound.
    private int FindBends(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        int bends = 0;
        for (int i = 0; i < point.Length; i++)
        {
            _target[i] = point[i];
            double bound = gradient[i] > 0 ? _bounds.Lower[i] : _bounds.Upper[i];
            double time = gradient[i] == 0 ? 0 : (point[i] - bound) / gradient[i];
            _path[i] = time > 0 ? -gradient[i] : 0;
            if (time > 0 && double.IsFinite(time))
                (_times[bends], _order[bends++]) = (time, i);
        }

        // Bends at one time in the order of the variables.
        Array.Sort(_times, _order, 0, bends);
        for (int first = 0; first < bends;)
        {
            int next = first + 1;
            while (next < bends && _times[next] == _times[first])
                next++;
            Array.Sort(_order, first, next - first);
            first = next;
        }

        return bends;
    }

    // The model's gradient at the Cauchy point on the free variables is -r; the step on them solves the model with the others held.
    private void FindMinimumOnFace(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> step)
    {
        int size = _hessian.Size;
        double theta = _hessian.Theta;
        Span<double> row = _row.AsSpan(0, size), pull = _product.AsSpan(0, size), solution = _speed.AsSpan(0, size);
        _moved.AsSpan(0, size).CopyTo(pull);
        _hessian.MultiplyMiddle(pull);
        solution.Clear();
        Span<double> system = _reduced.Elements(size);
        system.Clear();
        for (int i = 0; i < point.Length; i++)
        {
            bool free = _target[i] > _bounds.Lower[i] && _target[i] < _bounds.Upper[i];
            step[i] = 0;
            if (!free)
                continue;
            _hessian.Row(i, row);
            step[i] = -(gradient[i] + theta * (_target[i] - point[i]) - DoubleVector.DotInOrder(row, pull));
            for (int a = 0; a < size; a++)
            {
                solution[a] = Math.FusedMultiplyAdd(row[a], step[i], solution[a]);
                for (int b = 0; b < size; b++)
                    system[a * size + b] = Math.FusedMultiplyAdd(row[a], row[b], system[a * size + b]);
            }
        }

        // (I - M W'W / theta) v = M W'r, one column of the matrix at a time.
        _hessian.MultiplyMiddle(solution);
        for (int b = 0; b < size; b++)
        {
            for (int a = 0; a < size; a++)
                row[a] = system[a * size + b];
            _hessian.MultiplyMiddle(row);
            for (int a = 0; a < size; a++)
                system[a * size + b] = (a == b ? 1 : 0) - row[a] / theta;
        }

        if (!_reduced.Decompose(size))
            return;
        _reduced.Solve(solution);
        for (int i = 0; i < point.Length; i++)
        {
            bool free = _target[i] > _bounds.Lower[i] && _target[i] < _bounds.Upper[i];
            if (!free)
                continue;
            _hessian.Row(i, row);
            step[i] = step[i] / theta + DoubleVector.DotInOrder(row, solution) / (theta * theta);
        }

        Follow(point, gradient, step);
    }

    // To the projection of the model's minimum if that leads down, or else up to the first bound on the way.
    private void Follow(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient, Span<double> step)
    {
        double slope = 0, reach = 1;
        for (int i = 0; i < point.Length; i++)
        {
            if (!double.IsFinite(step[i]))
                return;
            double there = Math.Min(Math.Max(_target[i] + step[i], _bounds.Lower[i]), _bounds.Upper[i]);
            slope += (there - point[i]) * gradient[i];
            if (step[i] != 0)
                reach = Math.Min(reach, ((step[i] > 0 ? _bounds.Upper[i] : _bounds.Lower[i]) - _target[i]) / step[i]);
        }

        DoubleVector.Move(_target, slope < 0 ? 1 : reach, step, _target);
        _bounds.Clamp(_target);
    }

    // left' M right.
    private double Through(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> product)
    {
        right.CopyTo(product);
        if (product.IsEmpty)
            return 0;
        _hessian.MultiplyMiddle(product);
        return DoubleVector.DotInOrder(left, product);
    }
}
