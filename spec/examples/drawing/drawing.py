from collections import Counter

import ringsnake
from drawing_gen import Box, Circle, DrawingOfShape, Shape, StudioServer


class Studio:
    def area(self, shape: Shape) -> float:
        match shape:
            case Circle(radius=radius):
                return 3 * radius**2
            case Box(size=(width, height)):
                return width * height

    def count(self, drawing: DrawingOfShape) -> dict[str, float]:
        kinds = Counter(shape.kind for shape in drawing.shapes)
        colors = {color.name.lower(): count for color, count in drawing.colors.items()}
        return {**kinds, **colors, "year": drawing.drawn_at.year}


ringsnake.serve(StudioServer(Studio()))
