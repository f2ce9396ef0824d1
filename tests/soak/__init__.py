"""The soak: real studies, whose processes and servers are killed at random points, and what SQL says afterwards."""
