-- Evaluates each line of a file as a display filter, in one run: a listener each. Prints the packets of every filter.
local found = {}
local index = 0
for line in io.lines(os.getenv("SIGHTLINE_FILTERS")) do
  index = index + 1
  local i = index
  local ok, listener = pcall(Listener.new, "frame", line)
  if ok then
    found[i] = {}
    function listener.packet(pinfo)
      local rows = found[i]
      rows[#rows + 1] = pinfo.number
    end
    function listener.draw()
      print("FILTER " .. i .. " " .. table.concat(found[i], ","))
    end
  else
    print("REFUSED " .. i)
  end
end
